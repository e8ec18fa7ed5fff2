package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of docs/protocol/01-wire-protocol.md, section 6.3.1. */
class ServerVersionTest {

    @ParameterizedTest
    @CsvSource({
        // target, donor, donor says it is LTS, may clone
        "8.0.25, 8.0.25, false, true",
        "8.0.25, 8.0.25-log, false, false",
        "8.0.26, 8.0.26-log, false, true",
        "8.0.36, 8.0.36, false, true",
        "8.0.36, 8.0.35, false, false",
        "8.0.36, 8.0.37, false, false",
        "8.0.37, 8.0.36, false, false",
        "8.0.37, 8.0.44, false, true",
        "8.0.44, 8.0.37-0ubuntu0.24.04.1, false, true",
        "8.1.0, 8.1.1, false, true",
        "8.4.0, 8.4.7, false, true",
        "8.4.7, 8.4.0, false, true",
        "8.4.0, 8.0.44, false, false",
        "8.0.44, 8.4.0, false, false",
        "9.7.4, 9.7.0, true, true",
        "9.7.0, 9.7.9, true, true",
        "9.7.4, 9.6.0, false, false",
        "9.7.4, 8.4.9, true, false",
        "10.7.0-lts, 9.7.4, true, true",
        "10.7.0-LTS, 9.8.0, true, true",
        "10.7.0, 9.7.4, true, false",
        "10.7.0-lts, 9.7.4, false, false",
        "11.7.0-lts, 9.7.4, true, false",
        "9.7.4, 10.7.0, true, false"
    })
    void followsTheRuleOfMySql(String target, String donor, boolean lts, boolean may) {
        ServerVersion from = ServerVersion.ofDonor(donor, lts).orElseThrow();
        assertThat(ServerVersion.ofTarget(target).orElseThrow().mayCloneFrom(from))
                .isEqualTo(may);
    }

    /** Every pair of releases; a row is a donor, a column a target: {@code u} it upgrades, {@code .} it does not. */
    @Test
    void upgradesInPlaceExactlyAsMySqlDoes() {
        String table = """
                             8.0.17  8.0.25  8.0.29  8.0.30  8.0.45  8.1.0  8.3.0  8.4.0  8.4.8  9.0.1  9.6.0  9.7.0  9.7.4  9.8.0  10.0.0  10.7.0-lts  11.0.0
                8.0.17       .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       .           .
                8.0.25       .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       .           .
                8.0.29       .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       .           .
                8.0.30       .       .       .       .       u       u      u      u      u      .      .      .      .      .      .       .           .
                8.0.45       .       .       .       .       .       u      u      u      u      .      .      .      .      .      .       .           .
                8.1.0        .       .       .       .       .       .      u      u      u      .      .      .      .      .      .       .           .
                8.3.0        .       .       .       .       .       .      .      u      u      .      .      .      .      .      .       .           .
                8.4.0        .       .       .       .       .       .      .      .      u      u      u      u      u      .      .       .           .
                8.4.8        .       .       .       .       .       .      .      .      .      u      u      u      u      .      .       .           .
                9.0.1        .       .       .       .       .       .      .      .      .      .      u      u      u      .      .       .           .
                9.6.0        .       .       .       .       .       .      .      .      .      .      .      u      u      .      .       .           .
                9.7.0        .       .       .       .       .       .      .      .      .      .      .      .      u      u      u       u           .
                9.7.4        .       .       .       .       .       .      .      .      .      .      .      .      .      u      u       u           .
                9.8.0        .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       .           .
                10.0.0       .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       u           .
                10.7.0-lts   .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       .           u
                11.0.0       .       .       .       .       .       .      .      .      .      .      .      .      .      .      .       .           .
                """;
        List<String> lines = table.lines().toList();
        List<String> versions = List.of(lines.get(0).strip().split(" +"));
        List<String> found = new ArrayList<>();
        for (String donor : versions) {
            StringBuilder row = new StringBuilder(donor);
            for (String target : versions) {
                ServerVersion from = ServerVersion.ofTarget(donor).orElseThrow();
                row.append(ServerVersion.ofTarget(target).orElseThrow().mayUpgradeFrom(from) ? " u" : " .");
            }
            found.add(row.toString());
        }
        assertThat(found)
                .containsExactlyElementsOf(lines.stream()
                        .skip(1)
                        .map(line -> line.replaceAll(" +", " "))
                        .toList());
    }

    /** The redo log of a clone is never empty, and its format is the donor's. */
    @ParameterizedTest
    @CsvSource({
        "8.0.18, 8.0.17, true",
        "8.0.19, 8.0.18, false",
        "8.0.27, 8.0.19, true",
        "8.0.28, 8.0.27, false",
        "8.0.29, 8.0.28, true",
        "8.0.30, 8.0.29, false",
        "8.4.0, 8.0.30, true",
        "8.0.45, 8.0.45-log, false"
    })
    void upgradesOnlyWhatItRecovers(String target, String donor, boolean upgrades) {
        ServerVersion from = ServerVersion.ofDonor(donor, false).orElseThrow();
        assertThat(ServerVersion.ofTarget(target).orElseThrow().mayUpgradeFrom(from))
                .isEqualTo(upgrades);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "9.7", "9.7.x", "x9.7.4", "9.7.12345", "mysql"})
    void parsesNumbersOnly(String text) {
        assertThat(ServerVersion.ofTarget(text)).isEmpty();
    }

    @Test
    void knowsTheLongTermSupportSeries() {
        assertThat(ServerVersion.ofTarget("9.7.4-2").orElseThrow().lts()).isTrue();
        assertThat(ServerVersion.ofTarget("9.6.0").orElseThrow().lts()).isFalse();
        assertThat(ServerVersion.ofTarget("9.7.4").orElseThrow().number()).isEqualTo(90_704);
    }
}
