package org.jclone.provision.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceChoiceTest {

    private static List<String> words(String texts) {
        return texts == null ? List.of() : List.of(texts.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        ", 0, DONOR, true",
        "DONOR, 0, DONOR, true",
        "db1, 1, GIVEN, true",
        "db1 db2:3307, 2, GIVEN, false",
        "donors-source, 0, DONORS_SOURCE, false",
        "ANY, 0, ANY, false",
        "db1 any, 1, ANY, false",
        "db1 DONOR, 1, DONOR, false",
    })
    void addressesComeBeforeAWord(String texts, int given, SourceChoice.Wanted wanted, boolean single) {
        SourceChoice choice = SourceChoice.parse(words(texts));
        assertThat(choice.given()).hasSize(given);
        assertThat(choice.wanted()).isEqualTo(wanted);
        assertThat(choice.isSingle()).isEqualTo(single);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db1:x", "db1:0"})
    void refusesWhatIsNoServerOnANetwork(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SourceChoice.parse(List.of(text)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SourceChoice(
                        List.of(DonorAddress.ofSocket(java.nio.file.Path.of("/tmp/mysql.sock"))),
                        SourceChoice.Wanted.GIVEN));
    }
}
