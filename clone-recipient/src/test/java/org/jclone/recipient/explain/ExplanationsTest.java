package org.jclone.recipient.explain;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationsTest {

    @Test
    void eachIsUniqueAndHasAMeaningAndCauses() {
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
            strings = {
                "1007",
                "1045",
                "1086",
                "1114",
                "1105",
                "1153",
                "1156",
                "1157",
                "1158",
                "1159",
                "1160",
                "1161",
                "1226",
                "1227",
                "1236",
                "1524",
                "1593",
                "1789",
                "1815",
                "1835",
                "1872",
                "2002",
                "2003",
                "2005",
                "2013",
                "2026",
                "2061",
                "3081",
                "3092",
                "3634",
                "3707",
                "3862",
                "3863",
                "3864",
                "3865",
                "3866",
                "3867",
                "3868",
                "3869",
                "3870",
                "3871",
                "3872",
                "3873",
                "3874",
                "3875",
                "3876",
                "3983",
                "4031",
                "13114",
                "13117",
                "MY-010544",
                "MY-011059",
                "MY-011522",
                "MY-011526",
                "MY-013238",
                "MY-013453",
                "MY-013457",
                "MY-013458",
                "MY-013459",
                "MY-013460",
                "MY-013461",
                "MY-013462",
                "OS-12",
                "OS-13",
                "OS-28",
                "OS-30",
                "OS-110",
                "OS-111"
            })
    void explainsErrorsThatOccurAroundAClone(String number) {
        assertThat(Explanations.find(number)).hasSize(1);
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

    /** Examples in manuals have other numbers than servers. Looking one up finds the right explanation. */
    @ParameterizedTest
    @CsvSource({"MY-013453,MY-013460", "3870,3862"})
    void numbersOfManualsLeadToThoseOfServers(String printed, String logged) {
        assertThat(Explanations.find(printed).get(0).causes())
                .anySatisfy(cause -> assertThat(cause.action()).contains("jclone explain " + logged));
    }

    @Test
    void findsSeveralMeaningsOfANumber() {
        assertThat(Explanations.find("13")).extracting(Explanation::code).containsExactly("OS-13", "DAMAGED");
        assertThat(Explanations.find("75"))
                .extracting(Explanation::code)
                .containsExactly("DONOR_BUSY", "CONNECTION_LOST");
        assertThat(Explanations.find("4711")).isEmpty();
    }

    @Test
    void providesTheHintsOfMessages() {
        assertThat(Explanations.hint(1227)).isEqualTo("On the donor: GRANT BACKUP_ADMIN ON *.* TO the account.");
        assertThat(Explanations.hint("1524", "login")).contains("authentication plugin");
        assertThat(Explanations.hint(1044)).isEqualTo(Explanations.hint(1045));
        assertThat(Explanations.hint(4711)).isEqualTo(Explanations.hint("DONOR_ERROR"));
        assertThat(Explanations.hint("CONNECT_FAILED", "socket")).contains("@@socket");
        assertThatThrownBy(() -> Explanations.hint("STORAGE", "unheard-of")).hasMessage("STORAGE unheard-of");
    }

    @Test
    void warnsOfAnError() {
        assertThat(Explanations.warning(3634))
                .isEqualTo("A clone ends with error 3634: The donor serves another clone; it serves one at a time.");
    }

    @Test
    void sharesTheActionOfACaseWithItsHint() {
        Explanation tls = Explanations.find("TLS_FAILED").get(0);
        assertThat(tls.causes())
                .extracting(Explanation.Cause::action)
                .contains(tls.hints().get("wrong-name"));
        assertThat(Explanations.all().stream().flatMap(each -> each.hints().values().stream()))
                .filteredOn(hint -> !hint.startsWith("= "))
                .doesNotHaveDuplicates();
    }

    @Test
    void hasATextForEachFailure() {
        assertThat(failures())
                .hasSizeGreaterThan(80)
                .allSatisfy(failure -> assertThat(failure.hint()).isNotBlank());
    }

    @Test
    void hasAFailureForEachCase() {
        Set<String> cases = failures().stream()
                .filter(failure -> !(failure instanceof Failure.General))
                .map(failure -> failure.explanation() + ' ' + failure.specialCase())
                .collect(toSet());
        assertThat(Explanations.all().stream().flatMap(ExplanationsTest::cases))
                .containsExactlyInAnyOrderElementsOf(cases);
    }

    private static Stream<String> cases(Explanation explanation) {
        return explanation.hints().keySet().stream()
                .filter(specialCase -> !specialCase.isEmpty())
                .map(specialCase -> explanation.code() + ' ' + specialCase);
    }

    @Test
    void fillsInWhatAHintIsAbout() {
        assertThat(Failure.TargetNotUsable.NO_PARENT.hint("/data/LIST"))
                .isEqualTo("Create /data/LIST first, or give --parents.");
    }

    private static List<Failure> failures() {
        return Stream.of(Failure.class.getPermittedSubclasses())
                .flatMap(type -> Stream.of(type.getEnumConstants()))
                .map(Failure.class::cast)
                .toList();
    }
}
