package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jclone.recipient.session.ConcurrencyTuner.Sample;
import org.jclone.recipient.session.Machine.CpuTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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
    private static final double MIB = 1 << 20;
    private static final long ENDLESS = Long.MAX_VALUE;
    private static final int MAX_CONNECTIONS = 16;

    private final Random noise = new Random(7);
    private double noiseShare;
    private long connectMillis = 20;
    private long limitMiB;
    private long lumpBytes = 1;
    private int cores = 1;
    private IntToDoubleFunction cpuShare = count -> 0;
    private double busyTicks;
    private long allTicks;

    private final int[] millisWith = new int[129];
    private int connections;
    private int most;
    private long settledMillis;
    private int changes;
    private double bestRate;
    private long fastestAfterMillis;
    private ConcurrencyTuner tuner;

    private void run(int maxConnections, IntToDoubleFunction mibPerSecond) {
        run(maxConnections, 1600, (millis, count) -> mibPerSecond.applyAsDouble(count));
    }

    private void run(int maxConnections, int duration, Speed speed) {
        copy(maxConnections, duration, ENDLESS, speed);
    }

    /**
     * A session that does as it is told, until so much time has passed or so much data has come; time begins anywhere.
     *
     * @return the time in milliseconds
     */
    private long copy(int maxConnections, long duration, long sizeMiB, Speed speed) {
        Machine machine = new Machine(cores, () -> new CpuTime((long) busyTicks, allTicks, cores, 0));
        tuner = new ConcurrencyTuner(maxConnections, machine);
        connections = tuner.first();
        most = connections;
        changes = 0;
        Arrays.fill(millisWith, 0);
        long origin = -3_000_000_000L;
        double bytes = 0;
        int wanted = connections;
        int shaken = 0;
        double shake = 1;
        long comingAt = Long.MAX_VALUE;
        tuner.begin(origin);
        long millis = 0;
        while (millis < duration && (sizeMiB == ENDLESS || bytes < sizeMiB * MIB)) {
            millis++;
            long now = origin + millis * MILLI;
            double mibPerSecond = speed.of(millis, connections);
            if (mibPerSecond > bestRate) {
                bestRate = mibPerSecond;
                fastestAfterMillis = millis;
            }
            if (shaken++ % 20 == 0) {
                shake = 1 + noiseShare * (noise.nextDouble() * 2 - 1);
            }
            bytes += mibPerSecond * MIB / 1000 * shake;
            millisWith[connections]++;
            allTicks += cores;
            busyTicks += cpuShare.applyAsDouble(connections) * cores;
            long whole = (long) (bytes / lumpBytes) * lumpBytes;
            if (millis == comingAt) {
                change(wanted, millis);
                comingAt = Long.MAX_VALUE;
                tuner.begin(now);
            } else if (millis % TICK_MILLIS == 0 && comingAt == Long.MAX_VALUE && !tuner.isDone()) {
                long left = sizeMiB == ENDLESS ? ENDLESS : (long) (sizeMiB * MIB - whole);
                wanted = tuner.advise(new Sample(now, connections, whole, left, (long) (limitMiB * MIB)));
                if (wanted > most) {
                    most = wanted;
                    comingAt = millis + connectMillis;
                } else if (wanted > connections) {
                    change(wanted, millis);
                    tuner.begin(now);
                } else if (wanted < connections) {
                    change(wanted, millis);
                }
            }
        }
        return millis;
    }

    private void change(int count, long millis) {
        connections = count;
        settledMillis = millis;
        changes++;
    }

    /** Returns the number of connections that was in use longest. */
    private int usual() {
        return IntStream.range(0, millisWith.length)
                .reduce((one, other) -> millisWith[other] > millisWith[one] ? other : one)
                .orElseThrow();
    }

    /** Returns how much longer the tuner takes than the best fixed number of connections. */
    private double loss(long sizeMiB, IntToDoubleFunction mibPerSecond) {
        double best = IntStream.rangeClosed(1, MAX_CONNECTIONS)
                .mapToDouble(mibPerSecond)
                .max()
                .orElseThrow();
        long tuned = copy(MAX_CONNECTIONS, ENDLESS, sizeMiB, (millis, count) -> mibPerSecond.applyAsDouble(count));
        return tuned / (sizeMiB / best * 1000);
    }

    @Nested
    class OnOneCpu {

        @Test
        void usesAllWhereEachAddsAsMuch() {
            run(MAX_CONNECTIONS, 3000, (millis, count) -> 100 * count);

            assertThat(connections).isEqualTo(MAX_CONNECTIONS);
            assertThat(changes).as("1, 2, 4, 8, 16").isEqualTo(4);
        }

        @Test
        void staysAtOneWhereOneFillsTheDisk() {
            run(MAX_CONNECTIONS, count -> 900);

            assertThat(connections).isEqualTo(1);
            assertThat(most).isEqualTo(2);
        }

        @Test
        void goesBackWhereMoreAreSlower() {
            run(MAX_CONNECTIONS, count -> 900.0 / Math.sqrt(count));

            assertThat(connections).isEqualTo(1);
            assertThat(most).isEqualTo(2);
        }

        @ParameterizedTest
        @CsvSource({"2, 2", "3, 4", "4, 4", "5, 8", "6, 8", "8, 8", "10, 16", "16, 16"})
        void findsWhereItLevelsOut(int level, int best) {
            run(MAX_CONNECTIONS, 30_000, (millis, count) -> 100 * Math.min(count, level));

            assertThat(usual()).isEqualTo(best);
        }

        @ParameterizedTest
        @CsvSource({"1, 0", "2, 1", "3, 2", "12, 4", "100, 7", "128, 7"})
        void neverGoesBeyondItsMaximum(int maxConnections, int steps) {
            run(maxConnections, 20_000, (millis, count) -> 100 * count);

            assertThat(usual()).isEqualTo(maxConnections);
            assertThat(most).isEqualTo(maxConnections);
            assertThat(changes).isGreaterThanOrEqualTo(steps);
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
            run(MAX_CONNECTIONS, 3000, (millis, count) -> 100 * count);

            assertThat(connections).isEqualTo(MAX_CONNECTIONS);
        }

        @Test
        void addsNoConnectionWhereNoDataArrives() {
            run(MAX_CONNECTIONS, 10_000, (millis, count) -> 0);

            assertThat(connections).isEqualTo(1);
            assertThat(changes).isZero();
            assertThat(tuner.isDone()).isFalse();
        }

        @Test
        void waitsForEnoughToTellSpeedsApartWhereBlocksComeSlowly() {
            lumpBytes = 4 << 20;
            run(2, 6000, (millis, count) -> 20 * count);

            assertThat(connections).isEqualTo(2);
        }

        @Test
        void triesAgainAfterARest() {
            run(MAX_CONNECTIONS, 12_000, (millis, count) -> millis < 1000 ? 900 : 100 * Math.min(count, 4));

            assertThat(connections).isEqualTo(4);
            assertThat(fastestAfterMillis).isLessThan(3000);
        }

        @Test
        void restsLongerEachTime() {
            run(MAX_CONNECTIONS, 60_000, (millis, count) -> 900);

            assertThat(usual()).isEqualTo(1);
            assertThat(changes)
                    .as("there and back at once, and after 1, 2, 4, 8 and 16 s")
                    .isEqualTo(6 * 2);
        }

        @Test
        void growsOnceALimitWasLifted() {
            limitMiB = 100;
            run(MAX_CONNECTIONS, 9000, (millis, count) -> {
                limitMiB = millis < 1000 ? 100 : 0;
                return millis < 1000 ? 100 : 200 * count;
            });

            assertThat(usual()).isEqualTo(MAX_CONNECTIONS);
        }

        @Test
        void measuresNoConnectionBeforeItIsAtWork() {
            connectMillis = 600;
            run(MAX_CONNECTIONS, 20_000, (millis, count) -> 100 * count);

            assertThat(usual()).isEqualTo(MAX_CONNECTIONS);
        }
    }

    @Test
    void beginsWithThreeWhereThereAreTwoCpus() {
        Machine two = new Machine(2, () -> CpuTime.UNKNOWN);

        assertThat(new ConcurrencyTuner(16, two).first()).isEqualTo(3);
        assertThat(new ConcurrencyTuner(2, two).first()).isEqualTo(2);
        assertThat(new ConcurrencyTuner(1, two).first()).isEqualTo(1);
        assertThat(new ConcurrencyTuner(16, new Machine(1, () -> CpuTime.UNKNOWN)).first())
                .isEqualTo(1);
    }

    /** Two CPUs, as in the other tests below. The numbers are MiB per second over 1, 2, 3, 4 and more connections. */
    @Nested
    class OnTwoCpus {

        private static final double DISK_MIB = 1000;

        @BeforeEach
        void haveTwo() {
            cores = 2;
        }

        /** The speeds of two machines with two CPUs, measured with 1 to 4 fixed connections; more are as fast as four. */
        @ParameterizedTest
        @CsvSource({
            "761 1044 1052 912, 1024, 1.01",
            "761 1044 1052 912, 4096, 1.03",
            "761 1044 1052 912, 12288, 1.03",
            "899 957 1112 1157, 1024, 1.05",
            "899 957 1112 1157, 4096, 1.05",
            "899 957 1112 1157, 12288, 1.05",
            "504 714 771 788, 1024, 1.03",
            "504 714 771 788, 4096, 1.03",
            "504 714 771 788, 12288, 1.03",
        })
        void losesLittleOnRealMachines(String measured, long sizeMiB, double most) {
            int[] speeds = Arrays.stream(measured.split(" "))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            cpuShare = count -> 0.6;

            assertThat(loss(sizeMiB, count -> speeds[Math.min(count, 4) - 1])).isLessThan(most);
            assertThat(usual()).isEqualTo(3);
        }

        @ParameterizedTest
        @CsvSource({"1024, 1.05", "4096, 1.03", "12288, 1.03"})
        void losesLittleWhereTheDiskVaries(long sizeMiB, double most) {
            noiseShare = 0.3;
            double sum = 0;
            for (int i = 0; i < 20; i++) {
                sum += loss(sizeMiB, count -> count == 1 ? 730 : DISK_MIB * (1.02 - 0.02 * count));
            }

            assertThat(sum / 20).isLessThan(most);
        }

        @ParameterizedTest
        @CsvSource({"1024, 0", "4096, 0", "12288, 0"})
        void triesNearlyNothingWhereTheCpuIsTheLimit(long sizeMiB, int steps) {
            cpuShare = count -> count == 1 ? 0.6 : 0.97;

            assertThat(loss(sizeMiB, count -> count == 1 ? 600 : count <= 3 ? 800 : 760))
                    .isLessThan(1.01);
            assertThat(changes).isEqualTo(steps);
        }

        @Test
        void growsOverALongDistanceOnABusyMachine() {
            cpuShare = count -> 1;
            connectMillis = 500;

            assertThat(loss(2048, count -> Math.min(30 * count, 115))).isLessThan(1.3);
            assertThat(usual()).isEqualTo(6);
        }

        @Test
        void triesMoreInALongCloneOnABusyMachine() {
            cpuShare = count -> 0.97;
            loss(16_384, count -> 10 * count);

            assertThat(most).isEqualTo(MAX_CONNECTIONS);
        }

        @ParameterizedTest
        @CsvSource({"1024, 1.35, 3", "4096, 1.15, 6", "12288, 1.06, 6"})
        void growsFastOverALongDistance(long sizeMiB, double most, int last) {
            connectMillis = 500;

            assertThat(loss(sizeMiB, count -> Math.min(30 * count, 115))).isLessThan(most);
            assertThat(connections).isEqualTo(last);
        }

        @Test
        void quadruplesOverALongDistanceWhereEachAddsAsMuch() {
            connectMillis = 500;

            assertThat(loss(4096, count -> 20 * count)).isLessThan(1.27);
            assertThat(connections).isEqualTo(MAX_CONNECTIONS);
            assertThat(changes).as("3, 6, 16").isEqualTo(2);
        }

        @Test
        void triesFewerOverALongDistanceOnlyIfAMinuteIsLeft() {
            connectMillis = 500;

            loss(4096, count -> 8 * count);
            assertThat(changes).as("3, 6, 16").isEqualTo(2);

            loss(16_384, count -> 8 * count);
            assertThat(changes).isGreaterThan(2);
            assertThat(usual()).isEqualTo(MAX_CONNECTIONS);
        }

        @Test
        void measuresNoParkedConnectionBeforeItIsAtSpeedAgain() {
            connectMillis = 500;
            int[] since = {0, 0};
            copy(MAX_CONNECTIONS, 40_000, ENDLESS, (millis, count) -> {
                since[1] = count > since[0] ? 0 : since[1] + 1; // those that work again start slowly
                since[0] = count;
                int level = millis < 10_000 ? 2 : 16;
                return since[1] < 800 ? 300 : 200 * Math.min(count, level);
            });

            assertThat(usual()).isEqualTo(MAX_CONNECTIONS);
        }

        @Test
        void doublesOverALongDistanceWhereTheGainIsNoneOfTheConnections() {
            connectMillis = 500;
            copy(
                    MAX_CONNECTIONS,
                    20_000,
                    ENDLESS,
                    (millis, count) -> millis < 1500 ? 5 * count : 40 * Math.min(count, 4));

            assertThat(most)
                    .as("the first connections were still slow when they were measured")
                    .isEqualTo(12);
        }

        @ParameterizedTest
        @CsvSource({"4096, 1.2", "12288, 1.06"})
        void triesOneWhereTheDiskMustSeek(long sizeMiB, double most) {
            assertThat(loss(sizeMiB, count -> 200 / Math.sqrt(count))).isLessThan(most);
            assertThat(usual()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(longs = {4096, 12_288})
        void losesLittleWhereTheDonorIsThrottled(long sizeMiB) {
            assertThat(loss(sizeMiB, count -> 100)).isLessThan(1.001);
            assertThat(connections).as("fewer at the same speed").isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3, 4, 6, 8, 12, 16})
        void isNearlyAsFastAsPossibleWhereSpeedVaries(int level) {
            noiseShare = 0.1;
            loss(65_536, count -> 1000.0 * Math.min(count, level) / level);

            assertThat(connections).isBetween(level, 2 * level);
        }

        @Test
        void takesTheFirstMomentsOfAProcessForNoSpeed() {
            long millis = copy(
                    MAX_CONNECTIONS, ENDLESS, 12_288, (now, count) -> now < 300 ? 500 : count == 1 ? 730 : DISK_MIB);

            assertThat(connections).as("six were faster than three at first").isEqualTo(3);
            assertThat(millis).isLessThan(12_288 * 1000 / (long) DISK_MIB + 150 + 50);
        }

        @Test
        void comesBackFromManyOnceTheyAreNoLongerNeeded() {
            copy(MAX_CONNECTIONS, 60_000, ENDLESS, (millis, count) -> millis < 5000 ? 100 * count : 900);

            assertThat(most).isEqualTo(MAX_CONNECTIONS);
            assertThat(connections).isLessThanOrEqualTo(2);
        }

        @Test
        void usesFewerOnceALimitIsSet() {
            copy(MAX_CONNECTIONS, 60_000, ENDLESS, (millis, count) -> {
                limitMiB = millis < 10_000 ? 0 : 100;
                return millis < 10_000 ? 100 * count : 100;
            });

            assertThat(connections).isLessThan(8);
        }
    }

    @Test
    void changesNothingAfterItWasStopped() {
        tuner = new ConcurrencyTuner(MAX_CONNECTIONS, new Machine(2, () -> CpuTime.UNKNOWN));
        tuner.begin(0);
        tuner.stop();

        assertThat(tuner.isDone()).isTrue();
        assertThat(tuner.advise(new Sample(100 * MILLI, 3, 0, ENDLESS, 0))).isEqualTo(3);
        assertThat(tuner.advise(new Sample(600 * MILLI, 3, 100 << 20, ENDLESS, 0)))
                .isEqualTo(3);
    }

    @Test
    void restsLongerEachTimeWhereOthersUndoTheStep() {
        tuner = new ConcurrencyTuner(MAX_CONNECTIONS, new Machine(2, () -> CpuTime.UNKNOWN));
        tuner.begin(0);
        int steps = 0;
        for (long millis = 50; millis < 600_000; millis += 50) {
            long bytes = millis * 2 * (1 << 20) / 1000;
            int advised = tuner.advise(new Sample(millis * MILLI, 4, bytes, ENDLESS, 0));
            steps += advised == 4 ? 0 : 1;
        }

        assertThat(steps).isBetween(2, 11);
    }

    @Test
    void keepsTheNumberThatOthersSet() {
        tuner = new ConcurrencyTuner(MAX_CONNECTIONS, new Machine(2, () -> CpuTime.UNKNOWN));
        tuner.begin(0);
        long bytes = 0;
        int advised = 2;
        for (long millis = 50; advised == 2; millis += 50) {
            bytes += 50 << 20;
            advised = tuner.advise(new Sample(millis * MILLI, 2, bytes, ENDLESS, 0));
        }
        assertThat(advised).isEqualTo(4);

        assertThat(tuner.advise(new Sample(1000 * MILLI, 5, bytes, ENDLESS, 0))).isEqualTo(5);
    }

    @Test
    void hasNothingToFindWithOneConnection() {
        Machine machine = new Machine(2, () -> CpuTime.UNKNOWN);

        assertThat(new ConcurrencyTuner(1, machine).isDone()).isTrue();
        assertThat(new ConcurrencyTuner(2, machine).isDone()).isFalse();
    }
}
