package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.progress.ProgressTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThrottleTest {

    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private final ProgressTracker progress = new ProgressTracker(Clock.systemUTC(), () -> 0);

    private Throttle throttle(long data, long network) {
        return new Throttle(new BandwidthLimits(data, network), progress, () -> 0);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "10, 0, 10", "0, 20, 20", "10, 20, 10", "20, 10, 10", "1048576, 0, 1048576"})
    void knowsTheTighterLimit(long data, long network, long tightestMiB) {
        assertThat(throttle(data, network).tightestBytesPerSecond()).isEqualTo(tightestMiB * MIB);
    }

    @Test
    void knowsHowMuchDataFitsIntoTheLimitOfTheNetwork() {
        Throttle throttle = throttle(25, 10);
        throttle.received(4 * MIB, 2 * MIB); // compressed
        assertThat(throttle.tightestBytesPerSecond()).isEqualTo(20 * MIB);

        throttle.received(0, 4 * MIB); // more headers than data
        assertThat(throttle.tightestBytesPerSecond()).isEqualTo(10 * MIB);
    }

    @Test
    void waitsForTheLimitThatIsFurtherBehind() {
        assertThat(throttle(10, 0).received(10 * MIB, 11 * MIB)).isEqualTo(SECOND);
        assertThat(throttle(0, 10).received(10 * MIB, 20 * MIB)).isEqualTo(2 * SECOND);
        assertThat(throttle(5, 100).received(10 * MIB, 10 * MIB)).isEqualTo(2 * SECOND);
        assertThat(throttle(100, 5).received(10 * MIB, 10 * MIB)).isEqualTo(2 * SECOND);
    }

    @Test
    void countsWhatItHoldsBack() {
        Throttle throttle = throttle(1, 1);
        throttle.received(1000, 1100);
        throttle.received(0, 50);

        assertThat(progress.totalDataBytes()).isEqualTo(1000);
        assertThat(progress.totalNetworkBytes()).isEqualTo(1150);
    }

    @Test
    void wakesSleepersWhenTheLimitsChange() {
        Throttle throttle = throttle(1, 0);
        int before = throttle.generation();
        throttle.received(100 * MIB, 0);
        throttle.setLimits(new BandwidthLimits(0, 50));

        assertThat(throttle.generation()).isNotEqualTo(before);
        assertThat(throttle.tightestBytesPerSecond()).isEqualTo(50 * MIB);
        assertThat(throttle.received(100 * MIB, 50 * MIB)).isEqualTo(SECOND);
    }
}
