package org.jclone.provision.mysqld;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneException;

/** Decides when something that is observed has not changed for too long. */
final class StallLimit {

    private static final long POLL_MILLIS = 100;

    private final Duration limit;
    private final LongSupplier nanoTime;
    private Object last;
    private long lastChange;

    StallLimit(Duration limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.lastChange = nanoTime.getAsLong();
    }

    /** Records an observation. Returns whether there was no change for longer than the limit. */
    boolean isExceededBy(Object look) {
        long now = nanoTime.getAsLong();
        if (!look.equals(last)) {
            last = look;
            lastChange = now;
        }
        return now - lastChange > limit.toNanos();
    }

    /** Waits before the next observation. */
    static void pause() throws CloneException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }
}
