package org.jclone.recipient.session;

import java.util.concurrent.TimeUnit;

/**
 * Finds the number of data connections that copies fastest. It doubles the number as long as that pays, and measures each
 * step for a fraction of a second, so the best number is in use within the first second. It takes back a step that does
 * not pay and tries it again after a rest: the first second copies system tablespaces that compress to nothing, and what
 * limits a clone may change over hours.
 *
 * <p>The reference takes five seconds for a step and retries in the next state. Source:
 * docs/protocol/01-wire-protocol.md, section 7.
 */
final class ConcurrencyTuner {

    /** Time to measure one step, and before that to let new connections reach their speed. */
    private static final long MEASURE_NANOS = 150_000_000L;

    private static final long SETTLE_NANOS = 50_000_000L;

    /** What each connection must receive for a meaningful rate, unless that takes too long. Blocks have 1 MiB. */
    private static final long MEASURE_BYTES = 8 << 20;

    private static final long LONGEST_MEASURE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A step pays if it gains this much. */
    private static final double WORTHWHILE_GAIN = 1.10;

    /** The part of a bandwidth limit that counts as reaching it. */
    private static final double LIMIT_REACHED = 0.9;

    private final int maxConnections;
    private boolean done;
    private boolean resting;
    private long restNanos = FIRST_REST_NANOS;
    private long restBegan;
    private long stepBegan;
    private long measureBegan;
    private long measuredFrom;
    private int connectionsBefore = 1;
    private double bestRate;
    private boolean measuring;

    ConcurrencyTuner(int maxConnections) {
        this.maxConnections = maxConnections;
        this.done = maxConnections <= 1;
    }

    /** Begins a step. All requested connections are working. */
    void begin(long nowNanos) {
        stepBegan = nowNanos;
        measuring = false;
    }

    /** Returns whether the number is final. */
    boolean isDone() {
        return done;
    }

    /** Stops adding connections, because some fail or the data ends. */
    void stop() {
        done = true;
    }

    /**
     * Evaluates the counters.
     *
     * @param connections how many are working
     * @param limitBytesPerSecond the tighter of the bandwidth limits, 0 = none
     * @return how many should work; {@code connections} means no change
     */
    int advise(long nowNanos, int connections, long totalBytes, long limitBytesPerSecond) {
        if (done || isResting(nowNanos, connections) || nowNanos - stepBegan < SETTLE_NANOS) {
            return connections;
        }
        if (!measuring) {
            measuring = true;
            measureBegan = nowNanos;
            measuredFrom = totalBytes;
            return connections;
        }
        long elapsed = nowNanos - measureBegan;
        long bytes = totalBytes - measuredFrom;
        boolean enough = bytes >= MEASURE_BYTES * connections || elapsed >= LONGEST_MEASURE_NANOS;
        if (elapsed < MEASURE_NANOS || !enough) {
            return connections;
        }
        double rate = bytes * 1e9 / elapsed;
        boolean pays = rate > bestRate * WORTHWHILE_GAIN;
        boolean limited = limitBytesPerSecond > 0 && rate > limitBytesPerSecond * LIMIT_REACHED;
        bestRate = Math.max(bestRate, rate);
        if (!pays) {
            rest(nowNanos);
            return connectionsBefore;
        }
        connectionsBefore = connections;
        if (connections >= maxConnections) {
            done = true;
        } else if (limited) {
            rest(nowNanos);
        } else {
            return Math.min(connections * 2, maxConnections);
        }
        return connections;
    }

    private void rest(long nowNanos) {
        resting = true;
        restBegan = nowNanos;
    }

    /** Measures the current number again when a rest is over. The next rest is longer. */
    private boolean isResting(long nowNanos, int connections) {
        if (resting && nowNanos - restBegan >= restNanos) {
            resting = false;
            restNanos = Math.min(restNanos * 2, LONGEST_REST_NANOS);
            bestRate = 0;
            connectionsBefore = connections;
            begin(nowNanos);
        }
        return resting;
    }
}
