package org.jclone.recipient.session;

/**
 * Finds how many data connections copy fastest. It doubles their number as long as that pays, measuring each step for
 * a fraction of a second, so that the best number is in use before the first second is over. A step that does not pay
 * is taken back.
 *
 * <p>The reference needs five seconds a step; docs/protocol/01-wire-protocol.md, section 7.
 */
final class ConcurrencyTuner {

    /** Time to measure one step, and to let new connections come up before that. */
    private static final long MEASURE_NANOS = 150_000_000L;

    private static final long SETTLE_NANOS = 50_000_000L;

    /** A step pays if it gains this much. */
    private static final double WORTHWHILE_GAIN = 1.10;

    /** A limit in bytes per second counts as reached from here on. */
    private static final double LIMIT_REACHED = 0.9;

    private final int maxConnections;
    private boolean done;
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
     * @param limitBytesPerSecond the tighter of the bandwidth limits, 0 = none
     * @return how many connections to have; {@code connections} itself means no change
     */
    int advise(long nowNanos, int connections, long totalBytes, long limitBytesPerSecond) {
        if (done || nowNanos - stepBegan < SETTLE_NANOS) {
            return connections;
        }
        if (!measuring) {
            measuring = true;
            measureBegan = nowNanos;
            measuredFrom = totalBytes;
            return connections;
        }
        long elapsed = nowNanos - measureBegan;
        if (elapsed < MEASURE_NANOS) {
            return connections;
        }
        double rate = (totalBytes - measuredFrom) * 1e9 / elapsed;
        boolean pays = rate > bestRate * WORTHWHILE_GAIN;
        boolean limited = limitBytesPerSecond > 0 && rate > limitBytesPerSecond * LIMIT_REACHED;
        bestRate = Math.max(bestRate, rate);
        if (!pays) {
            done = true;
            return connectionsBefore;
        }
        connectionsBefore = connections;
        if (limited || connections >= maxConnections) {
            done = true;
            return connections;
        }
        return Math.min(connections * 2, maxConnections);
    }
}
