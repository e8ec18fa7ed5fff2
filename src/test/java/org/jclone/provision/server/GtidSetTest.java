package org.jclone.provision.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetTest {

    private static final String A = "5a45d42c-0000-1111-2222-333344445555";
    private static final String B = "6b45d42c-0000-1111-2222-333344445555";
    private static final long MAX = 9223372036854775806L;

    /** Texts, and how a server of version 9.7 prints them. */
    @ParameterizedTest
    @CsvSource(delimiter = '=', textBlock = """
            ' A : 1 - 5 : 7 , , '         = A:1-5:7
            A:1:2:3                       = A:1-3
            A:5:1-3:2-9                   = A:1-9
            A:01-005                      = A:1-5
            A:1,                          = A:1
            ',,'                          = ''
            ''                            = ''
            A:5-3                         = ''
            A:5-3:7                       = A:7
            A:TAG:1-5:2                   = A:tag:1-5
            A:1-3:tag:4:tag:5:_a:9:7,A:9  = A:1-3:9:_a:7:9:tag:4-5
            A:tag:1,A:1:a:1               = A:1:a:1:tag:1
            A:B:1:A:1                     = A:a:1:b:1
            A:9223372036854775806         = A:9223372036854775806
            B:1,A:1                       = A:1,B:1
            A:aaaaaaaaaabbbbbbbbbbccccccccccdd:1 = A:aaaaaaaaaabbbbbbbbbbccccccccccdd:1
            """)
    void readsAsTheServerDoes(String text, String canonical) {
        GtidSet set = GtidSet.parse(withUuids(text));
        assertThat(set).hasToString(withUuids(canonical));
        assertThat(GtidSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
    }

    @Test
    void readsUuidsInUpperCaseAndLinesOfTheServer() {
        assertThat(GtidSet.parse("5A45D42C-0000-1111-2222-333344445555:1-2,\n" + B + ":3"))
                .hasToString(A + ":1-2," + B + ":3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A:",
                "A:1-",
                "A:-1",
                "A::1",
                "A:0",
                "A:0-1",
                "A:1 2",
                "A:1-2-3",
                "A:9tag:1",
                "A:ta-g:1",
                "A:tag:",
                "A:1:tag",
                "A",
                "A:tag:tag2:1",
                "A:9223372036854775807",
                "A:99999999999999999999",
                "A:1;B:1",
                "1",
                "x:1",
                "5a45d42c-0000-1111-2222-33334444555:1",
                "5a45d42c00001111222233334444555:1",
                "A:1,x",
                "A:aaaaaaaaaabbbbbbbbbbccccccccccdde:1"
            })
    void refusesTextThatIsNoSet(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GtidSet.parse(withUuids(text)))
                .withMessageStartingWith("GTID set: ")
                .withMessageContaining("expected");
    }

    private static String withUuids(String text) {
        return text.replaceAll("(?<!:)\\bA\\b", A).replaceAll("(?<!:)\\bB\\b", B);
    }

    /** All pairs of all sets of six numbers. */
    @Test
    void computesLikeSetsOfNumbers() {
        for (int left = 0; left < 64; left++) {
            for (int right = 0; right < 64; right++) {
                GtidSet a = ofBits(left);
                GtidSet b = ofBits(right);
                assertThat(a.union(b)).isEqualTo(ofBits(left | right));
                assertThat(a.subtract(b)).isEqualTo(ofBits(left & ~right));
                assertThat(a.intersect(b)).isEqualTo(ofBits(left & right));
                assertThat(a.isSubsetOf(b)).isEqualTo((left & ~right) == 0);
                assertThat(a.equals(b)).isEqualTo(left == right);
                assertThat(a.subtract(b).count()).isEqualTo(Integer.bitCount(left & ~right));
            }
        }
    }

    /** Each bit is a number, in random order and cut at random. */
    private static GtidSet ofBits(int bits) {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, 6)
                .filter(bit -> (bits >> bit & 1) == 1)
                .map(bit -> bit + 1)
                .boxed()
                .toList());
        Collections.shuffle(numbers, new Random(bits));
        StringBuilder text = new StringBuilder();
        numbers.forEach(
                number -> text.append(text.isEmpty() ? A : "").append(':').append(number));
        return GtidSet.parse(text.toString());
    }

    /** Random sets over two servers and a tag, compared with sets of strings. */
    @Test
    void separatesServersAndTags() {
        Random random = new Random(20);
        for (int i = 0; i < 2000; i++) {
            Set<String> left = randomTransactions(random);
            Set<String> right = randomTransactions(random);
            GtidSet a = parse(left);
            GtidSet b = parse(right);
            Set<String> both = new TreeSet<>(left);
            both.addAll(right);
            Set<String> missing = new TreeSet<>(left);
            missing.removeAll(right);
            Set<String> common = new TreeSet<>(left);
            common.retainAll(right);
            assertThat(a.union(b)).isEqualTo(parse(both));
            assertThat(a.subtract(b)).isEqualTo(parse(missing));
            assertThat(a.intersect(b)).isEqualTo(parse(common));
            assertThat(a.isSubsetOf(b)).isEqualTo(right.containsAll(left));
            assertThat(a.count()).isEqualTo(left.size());
            assertThat(GtidSet.parse(a.toString())).isEqualTo(a);
        }
    }

    private static Set<String> randomTransactions(Random random) {
        Set<String> all = new TreeSet<>();
        String[] origins = {A, B, A + ":tag", B + ":tag", B + ":other"};
        int size = random.nextInt(40);
        for (int i = 0; i < size; i++) {
            all.add(origins[random.nextInt(origins.length)] + ':' + (1 + random.nextInt(12)));
        }
        return all;
    }

    private static GtidSet parse(Set<String> transactions) {
        return GtidSet.parse(String.join(",", transactions));
    }

    @Test
    void countsUpToTheGreatestNumber() {
        GtidSet all = GtidSet.parse(A + ":1-" + MAX);
        assertThat(all.count()).isEqualTo(MAX);
        assertThat(all.last()).isEqualTo(MAX);
        assertThat(all.subtract(GtidSet.parse(A + ":" + MAX))).hasToString(A + ":1-" + (MAX - 1));
        assertThat(all.subtract(GtidSet.parse(A + ":1-" + (MAX - 1)))).hasToString(A + ":" + MAX);
        assertThat(all.subtract(all).isEmpty()).isTrue();
        assertThat(GtidSet.parse(A + ":1-" + MAX + ':' + MAX)).isEqualTo(all);
        assertThat(all.union(GtidSet.parse(B + ":1-" + MAX)).count()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void returnsTheTransactionsOfOneServer() {
        GtidSet set = GtidSet.parse(A + ":1-3:tag:9," + B + ":1-12");
        assertThat(set.of(A.toUpperCase(Locale.ROOT))).hasToString(A + ":1-3:tag:9");
        assertThat(set.of(A).last()).isEqualTo(9);
        assertThat(set.of("7b45d42c-0000-1111-2222-333344445555")).isEqualTo(GtidSet.EMPTY);
        assertThat(GtidSet.EMPTY.last()).isZero();
        assertThat(GtidSet.EMPTY.isSubsetOf(GtidSet.EMPTY)).isTrue();
    }
}
