package org.jclone.recipient.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateMeterTest {

    private static final long MILLI = 1_000_000;

    private final RateMeter meter = new RateMeter();
    private long nowNanos = -5;
    private long total;

    /** Samples every {@code stepMillis} for {@code seconds}, and returns the last answer. */
    private long run(long bytesPerSecond, int seconds, long stepMillis) {
        long rate = 0;
        for (long millis = 0; millis < seconds * 1000L; millis += stepMillis) {
            nowNanos += stepMillis * MILLI;
            total += bytesPerSecond * stepMillis / 1000;
            rate = meter.update(nowNanos, total);
        }
        return rate;
    }

    @Test
    void hasNoRateAtFirst() {
        assertThat(meter.update(1, 1000)).isZero();
        assertThat(meter.update(1, 2000)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 10, 50, 125, 250, 1000})
    void isExactAtASteadyRateForAnySamplingInterval(long stepMillis) {
        assertThat(run(8_000_000, 20, stepMillis)).isEqualTo(8_000_000);
    }

    @Test
    void followsAChangeWithinTwoSeconds() {
        run(1_000_000, 20, 250);

        assertThat(run(50_000_000, 1, 250)).isBetween(20_000_000L, 49_000_000L);
        assertThat(run(50_000_000, 1, 250)).isEqualTo(50_000_000);
    }

    @Test
    void dropsToZeroWithoutData() {
        run(1_000_000, 20, 250);

        assertThat(run(0, 2, 250)).isZero();
    }

    @Test
    void ignoresOldSamples() {
        run(1_000_000, 20, 250);
        nowNanos += 3_600_000 * MILLI;
        meter.update(nowNanos, total);

        assertThat(run(7_000_000, 1, 250)).isEqualTo(7_000_000);
    }

    @Test
    void canCountTerabytes() {
        total = 1L << 50;

        assertThat(run(100L << 30, 5, 250)).isEqualTo(100L << 30);
    }
}
