package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections are simulated that read a piece, book it, and sleep as they are told. */
class ThrottleLimitTest {

    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW_SECONDS = 5;
    private static final Percentage TOLERANCE = Percentage.withPercentage(5);

    /** A piece of data at a time. */
    private record Arrival(long nanos, long bytes) {}

    private record Ready(long nanos, int connection) {}

    private final Random random = new Random(42);
    private final List<Arrival> arrivals = new ArrayList<>();
    private final PriorityQueue<Ready> ready = new PriorityQueue<>(Comparator.comparingLong(Ready::nanos));
    private long now = -5 * SECOND;
    private long nicBytesPerSecond = 10_000 * MIB;

    private Throttle.Limit limiter(long mibPerSecond) {
        return new Throttle.Limit(mibPerSecond * MIB, () -> now);
    }

    private void connect(int connections) {
        for (int i = 0; i < connections; i++) {
            ready.add(new Ready(now, i));
        }
    }

    /** Lets all connections read as fast as they may for some seconds, pieces of half to once {@code pieceBytes}. */
    private void run(Throttle.Limit limiter, long seconds, int pieceBytes) {
        long end = now + seconds * SECOND;
        while (ready.peek().nanos() < end) {
            Ready next = ready.poll();
            now = Math.max(now, next.nanos());
            long bytes = random.nextLong(pieceBytes / 2, pieceBytes + 1);
            now += bytes * SECOND / nicBytesPerSecond;
            arrivals.add(new Arrival(now, bytes));
            ready.add(new Ready(now + Math.max(0, limiter.book(bytes)), next.connection()));
        }
        now = end;
    }

    private double mibPerSecond(long fromNanos, long seconds) {
        return arrivals.stream()
                        .filter(arrival ->
                                arrival.nanos() >= fromNanos && arrival.nanos() < fromNanos + seconds * SECOND)
                        .mapToLong(Arrival::bytes)
                        .sum()
                / (double) seconds
                / MIB;
    }

    /** Asserts that every five seconds between two times brought what they should, by tenths of a second. */
    private void assertRate(long fromNanos, long toNanos, int expectedMiB) {
        for (long from = fromNanos; from + WINDOW_SECONDS * SECOND <= toNanos; from += SECOND / 10) {
            assertThat(mibPerSecond(from, WINDOW_SECONDS)).isCloseTo(expectedMiB, TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,   1, 16384",
        "1,  20, 1048576",
        "1, 500, 1048576",
        "4,  10, 131072",
        "16, 30, 65536",
        "16, 100, 1048576",
        "16, 2000, 1048576",
        "128, 50, 65536",
    })
    void isExactFromTheFirstSecondHoweverManyConnections(int connections, int mibPerSecond, int pieceBytes) {
        Throttle.Limit limiter = limiter(mibPerSecond);
        long begin = now;
        connect(connections);
        run(limiter, 7, pieceBytes);

        assertRate(begin, now, mibPerSecond);
    }

    /** Pieces that are large for the limit come at once at the start; from then on the schedule holds them. */
    @Test
    void isExactAfterAGreedyStart() {
        Throttle.Limit limiter = limiter(10);
        connect(16);
        run(limiter, 3, 1 << 20);
        long settled = now;
        run(limiter, 20, 1 << 20);

        assertThat(mibPerSecond(settled, 20)).isCloseTo(10, TOLERANCE);
    }

    @Test
    void followsAChangeOfTheLimitAtOnce() {
        Throttle.Limit limiter = limiter(50);
        connect(16);
        int[] limits = {50, 400, 20, 100};
        for (int limit : limits) {
            limiter.setBytesPerSecond(limit * MIB);
            long begin = now;
            run(limiter, 6, 65_536);

            assertRate(begin, now, limit);
        }
    }

    @Test
    void forgivesDebtsOfAnOldLimit() {
        Throttle.Limit limiter = limiter(1);
        assertThat(limiter.book(100 * MIB)).isGreaterThan(99 * SECOND);
        limiter.setBytesPerSecond(100 * MIB);

        assertThat(limiter.book(100 * MIB)).isEqualTo(SECOND);
    }

    @Test
    void doesNotSaveUpWhatWasNotUsed() {
        Throttle.Limit limiter = limiter(100);
        now += 3600 * SECOND;
        connect(4);
        long begin = now;
        run(limiter, 6, 65_536);

        assertThat(mibPerSecond(begin, 1))
                .as("first second after an hour of rest")
                .isCloseTo(100, Percentage.withPercentage(10));
        assertRate(begin, now, 100);
    }

    @Test
    void delaysNothingBelowTheLimit() {
        Throttle.Limit limiter = limiter(1000);
        nicBytesPerSecond = 300 * MIB;
        connect(4);
        long begin = now;
        run(limiter, 6, 65_536);

        assertRate(begin, now, 300);
    }

    @Test
    void neverWaitsWithoutALimit() {
        Throttle.Limit limiter = limiter(0);

        assertThat(limiter.book(Long.MAX_VALUE)).isZero();
        limiter.setBytesPerSecond(MIB);
        assertThat(limiter.book(MIB)).isEqualTo(SECOND);
        limiter.setBytesPerSecond(0);
        assertThat(limiter.book(MIB)).isZero();
    }

    @Test
    void canHoldTheLargestLimit() {
        Throttle.Limit limiter = limiter(1_048_576);

        assertThat(limiter.book(1_048_576 * MIB)).isEqualTo(SECOND);
    }
}
