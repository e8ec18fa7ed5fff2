package org.jclone.recipient.connection;

import java.util.function.LongSupplier;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.progress.ProgressTracker;

/** Counts what all connections receive and enforces the bandwidth limits. Thread-safe. */
public final class Throttle {

    private static final long MIB = 1 << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ProgressTracker progress;
    private final Limit data;
    private final Limit network;
    private volatile BandwidthLimits limits;
    private volatile int generation;

    public Throttle(BandwidthLimits limits, ProgressTracker progress, LongSupplier nanoClock) {
        this.limits = limits;
        this.progress = progress;
        this.data = new Limit(limits.dataMiBPerSecond() * MIB, nanoClock);
        this.network = new Limit(limits.networkMiBPerSecond() * MIB, nanoClock);
    }

    /** Applies to all connections within a second. */
    public synchronized void setLimits(BandwidthLimits value) {
        limits = value;
        data.setBytesPerSecond(value.dataMiBPerSecond() * MIB);
        network.setBytesPerSecond(value.networkMiBPerSecond() * MIB);
        generation++;
    }

    /** Returns a number that changes with the limits, so that connections sleeping under old ones wake up. */
    int generation() {
        return generation;
    }

    /**
     * Returns the tighter limit in bytes of data per second, 0 = none. The network's is that for the data that fits into
     * it, compressed as well as before.
     */
    public long tightestBytesPerSecond() {
        long dataLimit = limits.dataMiBPerSecond() * MIB;
        long networkLimit = (long) (limits.networkMiBPerSecond() * MIB * dataInNetworkByte());
        boolean both = dataLimit > 0 && networkLimit > 0;
        return both ? Math.min(dataLimit, networkLimit) : Math.max(dataLimit, networkLimit);
    }

    private double dataInNetworkByte() {
        long network = progress.totalNetworkBytes();
        return network == 0 ? 1 : Math.max(1, (double) progress.totalDataBytes() / network);
    }

    /** Books bytes and returns how long to wait, in nanoseconds; 0 or less = not at all. */
    long received(long dataBytes, long networkBytes) {
        progress.received(dataBytes, networkBytes);
        return Math.max(data.book(dataBytes), network.book(networkBytes));
    }

    /**
     * A limit shared by all connections. A connection books bytes after they arrive and waits until the schedule has
     * caught up, so the sum over a few seconds is exact for any number of connections.
     */
    static final class Limit {

        /** How far the schedule may lag behind the clock: unused time that may be made up for. */
        private static final long MAX_LAG_NANOS = NANOS_PER_SECOND / 20;

        private final LongSupplier nanoClock;
        private long bytesPerSecond;
        private long scheduleNanos;

        /** @param bytesPerSecond 0 = no limit */
        Limit(long bytesPerSecond, LongSupplier nanoClock) {
            this.bytesPerSecond = bytesPerSecond;
            this.nanoClock = nanoClock;
            this.scheduleNanos = nanoClock.getAsLong();
        }

        /** Applies from now on. Waits under the old limit end. */
        synchronized void setBytesPerSecond(long value) {
            bytesPerSecond = value;
            scheduleNanos = nanoClock.getAsLong();
        }

        /** Books {@code bytes} and returns how long to wait, in nanoseconds; 0 or less = not at all. */
        synchronized long book(long bytes) {
            if (bytesPerSecond == 0) {
                return 0;
            }
            long now = nanoClock.getAsLong();
            scheduleNanos = Math.max(scheduleNanos, now - MAX_LAG_NANOS)
                    + (long) ((double) bytes * NANOS_PER_SECOND / bytesPerSecond);
            return scheduleNanos - now;
        }
    }
}
