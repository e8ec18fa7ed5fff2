package org.jclone.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.CloneRecipient;

/**
 * While armed, a signal that ends the process (SIGINT, SIGTERM, SIGHUP) first stops the clone and waits, so that the
 * donor's snapshot is freed and the directory is marked. The exit status then is 128 and the signal's number, which
 * is Java's own doing.
 */
final class AbortOnShutdown {

    /** Freeing the snapshot takes a round trip or two; who sent the signal will not wait for ever. */
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;

    private AbortOnShutdown(CloneRecipient recipient) {
        hook = new Thread(() -> abort(recipient), "clone-abort");
    }

    static AbortOnShutdown arm(CloneRecipient recipient) {
        AbortOnShutdown armed = new AbortOnShutdown(recipient);
        Runtime.getRuntime().addShutdownHook(armed.hook);
        return armed;
    }

    private void abort(CloneRecipient recipient) {
        recipient.abort("the program was told to end");
        try {
            boolean ended = over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                System.err.println("jclone: the clone did not end within " + PATIENCE_SECONDS
                        + " s; the donor may keep its snapshot for some minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The clone is over and everything that was to be printed is. */
    void disarm() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already; this is the very case that the hook was there for.
            return;
        }
    }
}
