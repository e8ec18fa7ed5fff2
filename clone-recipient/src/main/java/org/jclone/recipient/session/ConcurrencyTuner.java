package org.jclone.recipient.session;

import java.util.concurrent.TimeUnit;

/**
 * Finds how many data connections copy fastest. It doubles their number as long as that pays, measuring each step for
 * a fraction of a second, so that the best number is in use before the first second is over. A step that does not pay
 * is taken back, and tried again after a rest: the first second copies system tablespaces that compress to nothing, and
 * what limits a clone may change in its hours.
 *
 * <p>The reference needs five seconds a step, and tries again in the next state; docs/protocol/01-wire-protocol.md, section 7.
 */
final class ConcurrencyTuner {

    /** Time to measure one step, and to let new connections come up before that. */
    private static final long MEASURE_NANOS = 150_000_000L;

    private static final long SETTLE_NANOS = 50_000_000L;

    /** A donor sends blocks of 1 MiB: what a connection must bring before its rate means something, unless it takes too long. */
    private static final long MEASURE_BYTES = 8 << 20;

    private static final long LONGEST_MEASURE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A step pays if it gains this much. */
    private static final double WORTHWHILE_GAIN = 1.10;

    /** A limit in bytes per second counts as reached from here on. */
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

    /** Begins a step; all connections asked for are at work. */
    void begin(long nowNanos) {
        stepBegan = nowNanos;
        measuring = false;
    }

    /** Nothing will be added any more. */
    boolean isDone() {
        return done;
    }

    /** Stops adding, because connections fail or the data comes to its end. */
    void stop() {
        done = true;
    }

    /**
     * Looks at the counters.
     *
     * @param connections those at work
     * @param limitBytesPerSecond the tighter of the bandwidth limits, 0 = none
     * @return how many connections to have at work; {@code connections} itself means no change
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

    /** Measures what is there anew when a rest is over; the next one is longer. */
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
