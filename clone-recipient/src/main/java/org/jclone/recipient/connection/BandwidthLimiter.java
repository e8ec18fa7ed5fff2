package org.jclone.recipient.connection;

import java.util.function.LongSupplier;

/**
 * A limit in bytes per second, shared by all connections. A connection books bytes after they arrive and waits until the
 * schedule has caught up, so the sum over a few seconds is exact for any number of connections. Thread-safe.
 */
final class BandwidthLimiter {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** How far the schedule may lag behind the clock: unused time that may be made up for. */
    private static final long MAX_LAG_NANOS = NANOS_PER_SECOND / 20;

    private final LongSupplier nanoClock;
    private long bytesPerSecond;
    private long scheduleNanos;

    /** @param bytesPerSecond 0 = no limit */
    BandwidthLimiter(long bytesPerSecond, LongSupplier nanoClock) {
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
