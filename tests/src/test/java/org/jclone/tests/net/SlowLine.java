package org.jclone.tests.net;

import java.util.concurrent.TimeUnit;

/** A line with a limited number of bytes per second, over all connections together. */
final class SlowLine {

    private final long bytesPerSecond;
    private long freeAtNanos = System.nanoTime();

    SlowLine(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Returns when this many bytes have passed. */
    void pass(int bytes) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(reserve(bytes) - System.nanoTime());
    }

    private synchronized long reserve(int bytes) {
        freeAtNanos = Math.max(freeAtNanos, System.nanoTime()) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        return freeAtNanos;
    }
}
