package org.jclone.donor.clone;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What the connections of one clone together may hold of blocks that are on their way. Thread-safe. */
final class MemoryBudget {

    private final Semaphore free;

    MemoryBudget(int bytes) {
        free = new Semaphore(bytes, true);
    }

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
