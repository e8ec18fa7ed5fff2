package org.jclone.donor.cold;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that resemble those of {@code mysql.ibd}. The tests with a real server read real ones. */
class DictionaryTest {

    private static final long UNDO_003 = 0xffff_ffedL;
    private static final Set<Long> OWN = Set.of(SpaceIds.SYSTEM, SpaceIds.DICTIONARY);

    @TempDir
    Path folder;

    private static DictionaryPage spaces() {
        return new DictionaryPage(90)
                .tablespace(1, "mysql", SpaceIds.DICTIONARY, "normal")
                .tablespace(2, "innodb_system", SpaceIds.SYSTEM, "normal")
                .tablespace(3, "innodb_temporary", SpaceIds.TEMPORARY, "normal");
    }

    private static DictionaryPage files() {
        return new DictionaryPage(88).file(1, "mysql.ibd").file(2, "ibdata1").file(3, "./ibtmp1");
    }

    private Optional<List<String>> missing(Set<Long> found, DictionaryPage... pages) throws IOException {
        return missing(found, Optional.empty(), pages);
    }

    private Optional<List<String>> missing(Set<Long> found, Optional<PageCipher> cipher, DictionaryPage... pages)
            throws IOException {
        Path file = folder.resolve("mysql.ibd");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long offset = DictionaryPage.PAGE_SIZE;
            for (DictionaryPage page : pages) {
                ByteBuffer bytes = page.bytes();
                cipher.ifPresent(key -> key.encrypt(bytes));
                channel.write(bytes.rewind(), offset);
                offset += DictionaryPage.PAGE_SIZE;
            }
        }
        return new Dictionary(file, DictionaryPage.PAGE_SIZE, cipher).missing(found);
    }

    @Test
    void listsTheFilesOfMissingTablespaces() throws IOException {
        DictionaryPage spaces = spaces().tablespace(60, "shop/orders", 7, "normal")
                .tablespace(61, "far", 8, "normal")
                .tablespace(62, "no/file", 9, "normal");
        DictionaryPage files = files().file(60, "./shop/orders.ibd").file(61, "/ssd/mysql/far.ibd");

        assertThat(missing(Set.of(SpaceIds.SYSTEM, SpaceIds.DICTIONARY, 7L), files, spaces))
                .contains(List.of("/ssd/mysql/far.ibd", "no/file"));
    }

    @Test
    void doesNotListTablespacesWithoutFileOrPresentOnes() throws IOException {
        DictionaryPage spaces = spaces().tablespace(60, "shop/discarded", 7, "discarded")
                .tablespace(61, "shop/dropped", 8, "normal")
                .deleted()
                .tablespace(62, "innodb_undo_003", UNDO_003 - 3 * 127, "active");

        assertThat(missing(Set.of(SpaceIds.SYSTEM, SpaceIds.DICTIONARY, UNDO_003), spaces))
                .contains(List.of());
        assertThat(missing(OWN, spaces)).contains(List.of("innodb_undo_003"));
    }

    /** Free pages keep the rows of dropped tables. */
    @Test
    void skipsFreePages() throws IOException {
        DictionaryPage old = spaces().tablespace(60, "dropped", 7, "normal");
        assertThat(missing(OWN, spaces(), old)).contains(List.of("dropped"));
        Path file = folder.resolve("mysql.ibd");
        byte free = 1 << 4; // page 2: bits 4 and 5
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {free}), 150 + 24);
        }
        assertThat(new Dictionary(file, DictionaryPage.PAGE_SIZE, Optional.empty()).missing(OWN))
                .contains(List.of());
    }

    @Test
    void readsNamesOfAnyLength() throws IOException {
        String name = "/ssd/" + "d".repeat(400) + ".ibd";

        assertThat(missing(OWN, spaces().tablespace(60, "s/" + "t".repeat(200), 7, "normal"), files().file(60, name)))
                .contains(List.of(name));
    }

    /** Rows of other indexes of the dictionary may look like rows of files by chance. */
    @Test
    void ignoresAnIndexThatDoesNotListTheDictionary() throws IOException {
        DictionaryPage other = new DictionaryPage(54).file(60, "something else");

        assertThat(missing(OWN, spaces().tablespace(60, "far", 8, "normal"), other, files().file(60, "/ssd/far.ibd")))
                .contains(List.of("/ssd/far.ibd"));
    }

    @Test
    void readsAnEncryptedDictionary() throws IOException {
        try (TablespaceKey key = TablespaceKey.of(new byte[TablespaceKey.LENGTH]);
                PageCipher cipher = new PageCipher(key, DictionaryPage.PAGE_SIZE)) {
            assertThat(missing(OWN, Optional.of(cipher), spaces().tablespace(60, "far", 8, "normal")))
                    .contains(List.of("far"));
            assertThat(new Dictionary(folder.resolve("mysql.ibd"), DictionaryPage.PAGE_SIZE, Optional.empty())
                            .missing(OWN))
                    .isEmpty();
        }
    }

    @Test
    void returnsNothingIfItIsNotADictionary() throws IOException {
        assertThat(missing(OWN)).isEmpty();
        assertThat(missing(OWN, new DictionaryPage(90), files())).isEmpty();
    }

    /** The list of rows has a cycle, or leads before the first row or out of the page. */
    @ParameterizedTest
    @ValueSource(ints = {0, -100, 0x7fff, -0x8000})
    void skipsPagesWithABrokenListOfRows(int distance) throws IOException {
        assertThat(missing(OWN, spaces().leadOn(distance))).isEmpty();
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            ByteBuffer page = spaces().tablespace(60, "far", 8, "normal").bytes();
            for (int change = 0; change < 20; change++) {
                page.put(97 + random.nextInt(600), (byte) random.nextInt());
            }
            LeafPage.of(page)
                    .ifPresent(leaf -> leaf.records().forEach(row -> {
                        row.skipFixed(21);
                        row.text();
                        assertThat(row.nullableText()).hasSizeLessThan(DictionaryPage.PAGE_SIZE);
                    }));
        }
    }
}
