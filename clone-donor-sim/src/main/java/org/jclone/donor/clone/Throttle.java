package org.jclone.donor.clone;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Limits the bandwidth of all clones together. Thread-safe. */
final class Throttle {

    /** Unused bandwidth is carried over for at most this long. */
    private static final long MAX_CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long bytesPerSecond;
    private final LongSupplier nanoClock;
    private long nextFree;

    /** @param bytesPerSecond 0 for no limit */
    Throttle(long bytesPerSecond, LongSupplier nanoClock) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoClock = nanoClock;
        nextFree = nanoClock.getAsLong();
    }

    /** Reserves the next free time for {@code bytes}. Returns the nanoseconds until then. */
    synchronized long reserve(int bytes) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long now = nanoClock.getAsLong();
        long start = Math.max(nextFree, now - MAX_CREDIT_NANOS);
        nextFree = start + (long) (bytes * 1e9 / bytesPerSecond);
        return Math.max(0, start - now);
    }
}
