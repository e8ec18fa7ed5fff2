package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReconnectPolicyTest {

    private final ReconnectPolicy policy = new ReconnectPolicy(new Random(1));

    @Test
    void triesAtOnceThenWaitsLonger() {
        assertThat(policy.waitBefore(1)).isZero();
        assertThat(policy.waitBefore(2)).isBetween(Duration.ofMillis(125), Duration.ofMillis(250));
        assertThat(policy.waitBefore(3)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
    }

    @Test
    void waitsNoLongerThanFiveSeconds() {
        for (int attempt = 7; attempt < 100_000; attempt = attempt * 2) {
            assertThat(policy.waitBefore(attempt)).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5));
        }
    }
}
