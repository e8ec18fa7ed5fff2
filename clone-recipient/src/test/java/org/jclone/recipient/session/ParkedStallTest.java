package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParkedStallTest {

    private static final long MILLI = 1_000_000;
    private static final long TICK_MILLIS = 50;
    private static final long MIB = 1 << 20;
    private static final long NO_LIMIT = 0;

    private final ParkedStall stall = new ParkedStall();
    private long millis = -1_000_000_000; // time begins anywhere
    private double mib = 5000;
    private long limitMiB = NO_LIMIT;

    /** Returns how many stalls it sees while data arrives at a speed, in blocks of 1 MiB. */
    private int stallsWithin(int seconds, double mibPerSecond) {
        int stalls = 0;
        for (int i = 0; i < seconds * 1000; i += TICK_MILLIS) {
            millis += TICK_MILLIS;
            mib += mibPerSecond * TICK_MILLIS / 1000;
            stalls += isStalled() ? 1 : 0;
        }
        return stalls;
    }

    private boolean isStalled() {
        return stall.isStalled(millis * MILLI, (long) mib * MIB, limitMiB * MIB);
    }

    private void begin(double mibPerSecond) {
        stall.begin(millis * MILLI, (long) mib * MIB, mibPerSecond * MIB);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2, 3.3, 20, 1000})
    void isNoneWhileDataArrives(double mibPerSecond) {
        begin(mibPerSecond);

        assertThat(stallsWithin(120, mibPerSecond)).isZero();
    }

    @Test
    void isOneAfterAMomentWhereDataCameFast() {
        begin(500);
        millis += 250;
        assertThat(isStalled()).isFalse();

        millis += 50;
        assertThat(isStalled()).isTrue();
    }

    @Test
    void isOneThoughAParkedConnectionReadsALittle() {
        begin(500);
        millis += 300;
        mib += 0.9;

        assertThat(isStalled()).isTrue();
    }

    @Test
    void isOneAfterSomeSecondsWhereDataCameSlowly() {
        begin(2);
        stallsWithin(30, 2);

        assertThat(stallsWithin(14, 0)).isPositive();
    }

    @Test
    void isOneAfterTenSecondsWhereNothingWasMeasured() {
        begin(0);

        assertThat(stallsWithin(9, 0)).isZero();
        assertThat(stallsWithin(2, 0)).isEqualTo(1);
    }

    @Test
    void isNoneWhereALimitHasBecomeNarrow() {
        begin(500);
        stallsWithin(10, 500);
        limitMiB = 1;

        assertThat(stallsWithin(120, 1)).isZero();
    }

    @Test
    void followsASpeedThatDecreases() {
        begin(500);
        int stalls = 0;
        for (double speed = 500; speed > 1; speed *= 0.8) {
            stalls += stallsWithin(20, speed);
        }

        assertThat(stalls).isZero();
    }
}
