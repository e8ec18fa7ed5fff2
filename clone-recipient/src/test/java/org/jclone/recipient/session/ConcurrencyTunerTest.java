package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A donor and a disk are simulated by how many MiB per second a number of connections moves. */
class ConcurrencyTunerTest {

    /** How many MiB per second so many connections move at a time. */
    private interface Speed {
        double of(long millis, int connections);
    }

    private static final long MILLI = 1_000_000;
    private static final long TICK_MILLIS = 50;
    private static final long MIB = 1 << 20;
    private static final int MAX_CONNECTIONS = 16;

    private final Random noise = new Random(7);
    private double noiseShare;
    private long connectMillis = 20;
    private long limitMiB;
    private long lumpBytes = 1;

    private int connections = 1;
    private long settledMillis;
    private int changes;
    private double bestRate;
    private long fastestAfterMillis;

    /** The first decision, before anything is tried again. */
    private ConcurrencyTuner run(int maxConnections, IntToDoubleFunction mibPerSecond) {
        return run(maxConnections, 1600, (millis, count) -> mibPerSecond.applyAsDouble(count));
    }

    /** A session that does as it is told; time begins anywhere. */
    private ConcurrencyTuner run(int maxConnections, int duration, Speed speed) {
        ConcurrencyTuner tuner = new ConcurrencyTuner(maxConnections);
        long origin = -3_000_000_000L;
        double bytes = 0;
        int wanted = 1;
        long comingAt = Long.MAX_VALUE;
        tuner.begin(origin);
        for (long millis = 1; millis <= duration; millis++) {
            long now = origin + millis * MILLI;
            double mibPerSecond = speed.of(millis, connections);
            if (mibPerSecond > bestRate) {
                bestRate = mibPerSecond;
                fastestAfterMillis = millis;
            }
            double shaken = 1 + noiseShare * (noise.nextDouble() * 2 - 1);
            bytes += mibPerSecond * MIB / 1000 * shaken;
            long whole = (long) (bytes / lumpBytes) * lumpBytes;
            if (millis == comingAt) {
                change(wanted, millis);
                comingAt = Long.MAX_VALUE;
                tuner.begin(now);
            } else if (millis % TICK_MILLIS == 0 && comingAt == Long.MAX_VALUE && !tuner.isDone()) {
                wanted = tuner.advise(now, connections, whole, limitMiB * MIB);
                if (wanted > connections) {
                    comingAt = millis + connectMillis;
                } else if (wanted < connections) {
                    change(wanted, millis);
                }
            }
        }
        return tuner;
    }

    private void change(int count, long millis) {
        connections = count;
        settledMillis = millis;
        changes++;
    }

    @Test
    void usesAllWhereEachAddsAsMuch() {
        ConcurrencyTuner tuner = run(MAX_CONNECTIONS, count -> 100 * count);

        assertThat(connections).isEqualTo(MAX_CONNECTIONS);
        assertThat(settledMillis).isLessThan(1000);
        assertThat(changes).as("1, 2, 4, 8, 16").isEqualTo(4);
        assertThat(tuner.isDone()).isTrue();
    }

    @Test
    void staysAtOneWhereOneFillsTheDisk() {
        run(MAX_CONNECTIONS, count -> 900);

        assertThat(connections).isEqualTo(1);
        assertThat(settledMillis).isLessThan(500);
    }

    @Test
    void goesBackWhereMoreAreSlower() {
        run(MAX_CONNECTIONS, count -> 900.0 / Math.sqrt(count));

        assertThat(connections).isEqualTo(1);
        assertThat(settledMillis).isLessThan(500);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "3, 4", "4, 4", "5, 8", "6, 8", "8, 8", "10, 16", "16, 16"})
    void findsWhereItLevelsOut(int level, int best) {
        run(MAX_CONNECTIONS, count -> 100 * Math.min(count, level));

        assertThat(connections).isEqualTo(best);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8, 12, 16})
    void isFastWithinASecondWhereSpeedVaries(int level) {
        noiseShare = 0.05;
        run(MAX_CONNECTIONS, count -> 1000.0 * Math.min(count, level) / level);

        assertThat(connections).isBetween(level, 2 * level);
        assertThat(fastestAfterMillis).as("first time with enough connections").isLessThan(1000);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 2", "12, 4", "100, 7", "128, 7"})
    void neverGoesBeyondItsMaximum(int maxConnections, int steps) {
        run(maxConnections, 5000, (millis, count) -> 100 * count);

        assertThat(connections).isEqualTo(maxConnections);
        assertThat(changes).isEqualTo(steps);
    }

    @Test
    void stopsAtTheLimitOfBandwidth() {
        limitMiB = 500;
        run(MAX_CONNECTIONS, count -> Math.min(300 * count, 500));

        assertThat(connections).isEqualTo(2);
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void takesALimitThatIsFarAwayForNone() {
        limitMiB = 100_000;
        run(MAX_CONNECTIONS, count -> 100 * count);

        assertThat(connections).isEqualTo(MAX_CONNECTIONS);
    }

    @Test
    void addsNoConnectionWhereNoDataArrives() {
        ConcurrencyTuner tuner = run(MAX_CONNECTIONS, 10_000, (millis, count) -> 0);

        assertThat(connections).isEqualTo(1);
        assertThat(changes).isZero();
        assertThat(tuner.isDone()).isFalse();
    }

    @Test
    void waitsForEnoughToTellSpeedsApartWhereBlocksComeSlowly() {
        lumpBytes = 4 * MIB;
        run(2, count -> 20 * count);

        assertThat(connections).isEqualTo(2);
    }

    @Test
    void triesAgainAfterARest() {
        run(MAX_CONNECTIONS, 12_000, (millis, count) -> millis < 1000 ? 900 : 100 * Math.min(count, 4));

        assertThat(connections).isEqualTo(4);
        assertThat(changes).as("1, 2, 1; 2, 4, 8, 4; 8, 4; 8, 4").isGreaterThanOrEqualTo(6);
        assertThat(fastestAfterMillis).isLessThan(3000);
    }

    @Test
    void restsLongerEachTime() {
        run(MAX_CONNECTIONS, 20_000, (millis, count) -> 900);

        assertThat(connections).isEqualTo(1);
        assertThat(changes)
                .as("there and back at once, and after 1, 2, 4 and 8 s")
                .isEqualTo(5 * 2);
    }

    @Test
    void growsOnceALimitWasLifted() {
        limitMiB = 100;
        run(MAX_CONNECTIONS, 5000, (millis, count) -> {
            limitMiB = millis < 1000 ? 100 : 0;
            return millis < 1000 ? 100 : 200 * count;
        });

        assertThat(connections).isEqualTo(MAX_CONNECTIONS);
    }

    @Test
    void measuresNoConnectionBeforeItIsAtWork() {
        connectMillis = 600;
        run(MAX_CONNECTIONS, 5000, (millis, count) -> 100 * count);

        assertThat(connections).isEqualTo(MAX_CONNECTIONS);
    }

    @Test
    void changesNothingAfterItWasStopped() {
        ConcurrencyTuner tuner = new ConcurrencyTuner(MAX_CONNECTIONS);
        tuner.begin(0);
        tuner.stop();

        assertThat(tuner.isDone()).isTrue();
        assertThat(tuner.advise(100 * MILLI, 3, 0, 0)).isEqualTo(3);
        assertThat(tuner.advise(400 * MILLI, 3, 100 * MIB, 0)).isEqualTo(3);
    }

    @Test
    void hasNothingToFindWithOneConnection() {
        assertThat(new ConcurrencyTuner(1).isDone()).isTrue();
        assertThat(new ConcurrencyTuner(2).isDone()).isFalse();
    }
}
