package org.jclone.recipient.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationsTest {

    @Test
    void eachHasAMeaningAndCausesAndIsThereOnce() {
        assertThat(Explanations.all()).extracting(Explanation::code).doesNotHaveDuplicates();
        assertThat(Explanations.all())
                .allSatisfy(each ->
                        assertThat(each.causes()).describedAs(each.code()).isNotEmpty());
    }

    @Test
    void everyErrorOfJcloneIsExplainedWithItsExitStatus() {
        List<String> explained = Explanations.all().stream()
                .filter(each -> each.name().startsWith("exit status "))
                .map(each -> each.code() + ' ' + each.name())
                .toList();
        assertThat(explained)
                .containsExactlyElementsOf(Arrays.stream(CloneErrorCode.values())
                        .map(code -> code.name() + " exit status " + code.exitStatus())
                        .collect(Collectors.toList()));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1045, 1086, 1114, 1227, 1524, 1815, 1835, 2002, 2003, 2013, 2026, 2061, 3634, 3707, 3862, 3863, 3864,
                3865, 3866, 3867, 3868, 3869, 3870, 3871, 3872, 3873, 3874, 3875, 3876, 3983, 4031, 13453, 13461
            })
    void whatAppearsAroundAClone(int number) {
        assertThat(Explanations.find(String.valueOf(number))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "MY-013461,MY-013461",
        "13461,MY-013461",
        "my-001045,1045",
        "er_clone_donor,3862",
        "OS-28,OS-28",
        "ENOSPC,OS-28",
        "donor_busy,DONOR_BUSY",
        "20,CONNECT_FAILED",
    })
    void isFoundInEachSpelling(String asked, String code) {
        assertThat(Explanations.find(asked)).extracting(Explanation::code).containsExactly(code);
    }

    @Test
    void aNumberMayMeanSeveralThings() {
        assertThat(Explanations.find("13")).extracting(Explanation::code).containsExactly("OS-13", "DAMAGED");
        assertThat(Explanations.find("75"))
                .extracting(Explanation::code)
                .containsExactly("DONOR_BUSY", "CONNECTION_LOST");
        assertThat(Explanations.find("4711")).isEmpty();
    }

    @Test
    void feedsTheHintsOfMessages() {
        assertThat(Explanations.hint(1227)).isEqualTo("On the donor: GRANT BACKUP_ADMIN ON *.* TO the account.");
        assertThat(Explanations.hint(1524, "login")).contains("logs in with");
        assertThat(Explanations.hint(4711)).isEqualTo(Explanations.hint("DONOR_ERROR", ""));
        assertThat(Explanations.hint("CONNECT_FAILED", "socket")).contains("@@socket");
    }
}
