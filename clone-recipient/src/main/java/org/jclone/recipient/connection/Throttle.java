package org.jclone.recipient.connection;

import java.util.function.LongSupplier;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.progress.ProgressTracker;

/** Counts what all connections receive and enforces the bandwidth limits. Thread-safe. */
public final class Throttle {

    private static final long MIB = 1 << 20;

    private final ProgressTracker progress;
    private final BandwidthLimiter data;
    private final BandwidthLimiter network;
    private volatile BandwidthLimits limits;
    private volatile int generation;

    public Throttle(BandwidthLimits limits, ProgressTracker progress, LongSupplier nanoClock) {
        this.limits = limits;
        this.progress = progress;
        this.data = new BandwidthLimiter(limits.dataMiBPerSecond() * MIB, nanoClock);
        this.network = new BandwidthLimiter(limits.networkMiBPerSecond() * MIB, nanoClock);
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

    /** Returns the tighter limit in bytes per second, 0 = none. */
    public long tightestBytesPerSecond() {
        long dataLimit = limits.dataMiBPerSecond();
        long networkLimit = limits.networkMiBPerSecond();
        boolean both = dataLimit > 0 && networkLimit > 0;
        return MIB * (both ? Math.min(dataLimit, networkLimit) : Math.max(dataLimit, networkLimit));
    }

    /** Books bytes and returns how long to wait, in nanoseconds; 0 or less = not at all. */
    long received(long dataBytes, long networkBytes) {
        progress.received(dataBytes, networkBytes);
        return Math.max(data.book(dataBytes), network.book(networkBytes));
    }
}
