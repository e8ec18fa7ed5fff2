package org.jclone.donor.clone;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the memory that unsent blocks of one clone use on all its connections. Thread-safe. */
final class MemoryBudget {

    private final Semaphore free;

    MemoryBudget(int bytes) {
        free = new Semaphore(bytes, true);
    }

    /** Waits for {@code bytes} of memory. Returns false on timeout. */
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
