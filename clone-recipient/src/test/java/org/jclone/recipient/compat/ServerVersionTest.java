package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

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

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "9.7", "9.7.x", "x9.7.4", "9.7.12345", "mysql"})
    void understandsNumbersOnly(String text) {
        assertThat(ServerVersion.ofTarget(text)).isEmpty();
    }

    @Test
    void knowsTheSeriesOfLongTermSupport() {
        assertThat(ServerVersion.ofTarget("9.7.4-2").orElseThrow().lts()).isTrue();
        assertThat(ServerVersion.ofTarget("9.6.0").orElseThrow().lts()).isFalse();
        assertThat(ServerVersion.ofTarget("9.7.4").orElseThrow().number()).isEqualTo(90_704);
    }
}
