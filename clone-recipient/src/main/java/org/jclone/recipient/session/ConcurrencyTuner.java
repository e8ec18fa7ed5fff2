package org.jclone.recipient.session;

import java.util.concurrent.TimeUnit;
import org.jclone.recipient.session.Machine.CpuTime;

/**
 * Finds the smallest number of data connections that copies fastest. It decides from its arguments alone.
 *
 * <pre>
 *            ┌────────────────────── clearly faster: keep it, try more ──────────────────────┐
 *            ▼                                                                               │
 *   MEASURE the number in use ──► TRY twice, or half, as many ──► a little faster ──► RETURN and measure again
 *            ▲        │                      │                                               │
 *            │        ▼ no use               ▼ not faster                                    ▼ as fast
 *            └────── REST ◄──────────────────┴───────────────────────────────────────────────┘
 * </pre>
 *
 * <p>It begins with three connections where there are two CPUs, so that both have work while one writes. A step is
 * tried only if it can pay: it costs a fraction of a second, so enough of the clone must be left; and where the CPUs are
 * busy, more connections only share them, so much more must be left. It counts as a gain if going back loses it again,
 * because speed changes from one second to the next. After a rest it tries again: the first second copies system
 * tablespaces that compress to nothing, and what limits a clone may change over hours.
 *
 * <p>The reference takes five seconds for a step and never uses fewer again. Source: docs/protocol/01-wire-protocol.md,
 * section 7.
 */
final class ConcurrencyTuner {

    /** A number is measured for a hundredth of the time that is left, within these limits, unless the result is clear. */
    private static final double NANOS_OF_MEASURE_FOR_SECOND_LEFT = 10_000_000;

    private static final long SHORTEST_MEASURE_NANOS = 150_000_000L;
    private static final long LONG_MEASURE_NANOS = 1_000_000_000L;

    /** Before that, connections reach their speed. */
    private static final long SETTLE_NANOS = 50_000_000L;

    /** At first, the JVM compiles the code that receives. */
    private static final long FIRST_SETTLE_NANOS = 300_000_000L;

    private static final long LONGEST_SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** What each connection must receive for a meaningful rate, unless that takes too long. Blocks have 1 MiB. */
    private static final long MEASURE_BYTES = 8 << 20;

    private static final long LONGEST_MEASURE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** More connections pay if they are so much faster. A gain of {@link #CLEAR_GAIN} is no accident. */
    private static final double WORTHWHILE_GAIN = 1.10;

    private static final double CLEAR_GAIN = 1.5;

    private static final double CLEAR_LOSS = 0.9;

    /** Fewer connections pay if they keep so much of the speed. */
    private static final double SAME_SPEED = 0.97;

    /** The part of a bandwidth limit that counts as reaching it. */
    private static final double LIMIT_REACHED = 0.9;

    /** The share of CPU time above which the CPUs are the limit. */
    private static final double CPU_REACHED = 0.9;

    /** How many seconds must be left so that a step can pay, as many more for each step in vain, but not more than a minute. */
    private static final double PATIENCE_SECONDS = 12;

    private static final double BUSY_PATIENCE_SECONDS = 20;
    private static final double LONGEST_PATIENCE_SECONDS = 60;

    /** How many seconds must be left so that fewer connections are tried. */
    private static final double LONG_SECONDS = 15;

    /** Over a long distance that costs seconds, because connections that work again start slowly. */
    private static final double FAR_LONG_SECONDS = 60;

    /** A login that takes longer has round trips over a long distance, where a step takes seconds. */
    private static final long FAR_LOGIN_NANOS = 300_000_000L;

    /** A gain between these parts of the increase in connections: each one added as much as those before. */
    private static final double LEAST_LINEAR = 0.9;

    private static final double MOST_LINEAR = 1.5;

    private enum Phase {
        MEASURE,
        TRY,
        RETURN,
        REST
    }

    /**
     * The counters of a clone at a moment.
     *
     * @param connections how many are working
     * @param dataBytes received so far
     * @param bytesLeft the estimate for what is left
     * @param limitBytesPerSecond the tighter of the bandwidth limits, 0 = none
     */
    record Sample(long nanos, int connections, long dataBytes, long bytesLeft, long limitBytesPerSecond) {}

    private final int maxConnections;
    private final Machine machine;

    private Phase phase = Phase.MEASURE;
    private boolean done;
    private boolean measuring;
    private long settleNanos = FIRST_SETTLE_NANOS;
    private long stepBegan;
    private Sample measureBegan;
    private CpuTime cpuBegan = CpuTime.UNKNOWN;

    private int base;
    private int tried;
    private double baseRate;
    private double triedRate;
    private long measureNanos = SHORTEST_MEASURE_NANOS;

    private long restBegan;
    private long restNanos = FIRST_REST_NANOS;
    private int stepsInVain;
    private boolean rested;
    private boolean clearlyNeeded;
    private boolean fewerNext;
    private long longestLoginNanos;
    private boolean isLinear;

    ConcurrencyTuner(int maxConnections, Machine machine) {
        this.maxConnections = maxConnections;
        this.machine = machine;
        this.done = maxConnections <= 1;
    }

    /** Returns the number of connections to begin with. */
    int first() {
        return Math.min(maxConnections, machine.cores() >= 2 ? 3 : 1);
    }

    /** Begins to measure: connections that were requested are working now, or parked ones work again. */
    void begin(long nowNanos) {
        if (phase == Phase.TRY || phase == Phase.RETURN) { // a slow login means a long round trip, and a slow start
            longestLoginNanos = Math.max(longestLoginNanos, phase == Phase.TRY ? nowNanos - stepBegan : 0);
            settleNanos = Math.min(Math.max(SETTLE_NANOS, 2 * longestLoginNanos), LONGEST_SETTLE_NANOS);
        }
        stepBegan = nowNanos;
        measuring = false;
    }

    /** Returns whether the number is final. */
    boolean isDone() {
        return done;
    }

    /** Returns the speed in bytes per second that was measured last over the number in use. */
    double bytesPerSecond() {
        return baseRate;
    }

    /** Stops changing the number, because connections fail or the data ends. */
    void stop() {
        done = true;
    }

    /** Returns how many connections should work; those of the sample mean no change. */
    int advise(Sample now) {
        if (done) {
            return now.connections();
        }
        if (phase == Phase.REST && now.nanos() - restBegan >= restNanos) {
            clearlyNeeded &= !rested; // for some time
            rested = true;
            step(now, Phase.MEASURE, now.connections());
        }
        if (phase == Phase.TRY && now.connections() != tried || phase == Phase.RETURN && now.connections() != base) {
            reject(now); // others changed the number; they may do so each time
        }
        if (phase == Phase.REST || !isMeasured(now)) {
            return now.connections();
        }
        measuring = false;
        settleNanos = SETTLE_NANOS;
        double rate = (now.dataBytes() - measureBegan.dataBytes()) * 1e9 / (now.nanos() - measureBegan.nanos());
        return switch (phase) {
            case MEASURE, REST -> onMeasured(now, rate);
            case TRY -> onTried(now, rate);
            case RETURN -> onReturned(now, rate);
        };
    }

    /** Begins a measurement when the connections have had time to settle. Returns whether it is over. */
    private boolean isMeasured(Sample now) {
        if (!measuring) {
            if (now.nanos() - stepBegan >= settleNanos) {
                measuring = true;
                measureBegan = now;
                cpuBegan = machine.cpu().get();
            }
            return false;
        }
        long elapsed = now.nanos() - measureBegan.nanos();
        long bytes = now.dataBytes() - measureBegan.dataBytes();
        boolean enough = bytes >= MEASURE_BYTES * now.connections() || elapsed >= LONGEST_MEASURE_NANOS;
        return enough
                && (elapsed >= measureNanos || elapsed >= SHORTEST_MEASURE_NANOS && isClear(bytes * 1e9 / elapsed));
    }

    /** Returns whether it is already clear that another number is better or worse. */
    private boolean isClear(double rate) {
        return phase == Phase.TRY && (rate < baseRate * CLEAR_LOSS || tried > base && rate >= baseRate * CLEAR_GAIN);
    }

    /** Decides whether to try another number, from the speed of the one in use. */
    private int onMeasured(Sample now, double rate) {
        base = now.connections();
        baseRate = rate;
        double secondsLeft = rate > 0 ? now.bytesLeft() / rate : 0;
        measureNanos = (long) Math.min(
                Math.max(secondsLeft * NANOS_OF_MEASURE_FOR_SECOND_LEFT, SHORTEST_MEASURE_NANOS), LONG_MEASURE_NANOS);
        boolean limited = now.limitBytesPerSecond() > 0 && rate > now.limitBytesPerSecond() * LIMIT_REACHED;
        boolean busy = machine.cpu().get().shareSince(cpuBegan, machine.cores()) > CPU_REACHED;
        boolean isFar = longestLoginNanos >= FAR_LOGIN_NANOS;
        boolean isLong = secondsLeft >= (isFar ? FAR_LONG_SECONDS : LONG_SECONDS);
        double patience = (busy ? BUSY_PATIENCE_SECONDS : PATIENCE_SECONDS) * (1 + stepsInVain);
        boolean canPay = secondsLeft >= Math.min(patience, LONGEST_PATIENCE_SECONDS);
        boolean more = base < maxConnections && canPay && !limited;
        boolean fewer = base > 1 && isLong && (limited || !clearlyNeeded) && (fewerNext || rested && !more);
        if (fewer) {
            tried = (base + 1) / 2;
        } else if (more) {
            tried = Math.min(base * (isFar && isLinear ? 4 : 2), maxConnections);
        } else {
            return rest(now);
        }
        return step(now, Phase.TRY, tried);
    }

    private int onTried(Sample now, double rate) {
        triedRate = rate;
        if (tried > base && rate >= baseRate * CLEAR_GAIN) {
            return accept(now, rate);
        }
        return pays(baseRate) ? step(now, Phase.RETURN, base) : reject(now);
    }

    /** Decides about a small gain: it must be one over what the earlier number achieves now, too. */
    private int onReturned(Sample now, double rate) {
        return pays(rate) ? accept(now, triedRate) : reject(now);
    }

    private boolean pays(double rateBefore) {
        return triedRate >= rateBefore * (tried > base ? WORTHWHILE_GAIN : SAME_SPEED);
    }

    /** Keeps the number that was tried, and continues with the next step. */
    private int accept(Sample now, double rate) {
        restNanos = FIRST_REST_NANOS;
        stepsInVain = 0;
        rested = false;
        fewerNext = tried < base;
        clearlyNeeded = triedRate >= baseRate * CLEAR_GAIN;
        double linear = baseRate * tried / base;
        isLinear = tried > base && triedRate >= linear * LEAST_LINEAR && triedRate <= linear * MOST_LINEAR;
        return now.connections() == tried ? onMeasured(now, rate) : step(now, Phase.MEASURE, tried);
    }

    /** Rests at the number before the one that was tried, longer each time. */
    private int reject(Sample now) {
        restNanos = Math.min(FIRST_REST_NANOS << Math.min(stepsInVain, 30), LONGEST_REST_NANOS);
        stepsInVain++;
        fewerNext = tried > base;
        isLinear = false;
        rest(now);
        return base;
    }

    private int rest(Sample now) {
        restBegan = now.nanos();
        return step(now, Phase.REST, now.connections());
    }

    private int step(Sample now, Phase next, int connections) {
        phase = next;
        stepBegan = now.nanos();
        measuring = false;
        return connections;
    }
}
