package org.jclone.donor.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What all connections together may hold of blocks that are on their way. Thread-safe. */
final class MemoryBudget {

    private static final int BYTES = 256 << 20;

    private final Semaphore free = new Semaphore(BYTES, true);

    /** Waits for {@code bytes}; returns false if there were none in time. */
    boolean take(int bytes, long timeoutSeconds) {
        try {
            return free.tryAcquire(bytes, timeoutSeconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void give(int bytes) {
        free.release(bytes);
    }
}
