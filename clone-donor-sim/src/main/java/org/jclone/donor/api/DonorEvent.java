package org.jclone.donor.api;

import java.time.Duration;
import java.util.Objects;

/**
 * An event of a clone.
 *
 * @param recipient account and address of the main connection, such as {@code cloner@10.1.2.3:41870}
 * @param sentBytes bytes of files, pages and redo sent so far
 * @param elapsed time since the clone began
 * @param connections maximum number of connections that sent data at the same time
 * @param detail reason; empty if there is none
 */
public record DonorEvent(
        Kind kind, long cloneId, String recipient, long sentBytes, Duration elapsed, int connections, String detail) {

    /** Kinds of events. */
    public enum Kind {
        /** A clone began. */
        STARTED,
        /** A connection was lost. The recipient may resume. */
        INTERRUPTED,
        /** The recipient is back, and the clone continues. */
        RESUMED,
        /** The recipient has everything and has left. */
        COMPLETED,
        /** The clone ended without its last byte. */
        FAILED
    }

    public DonorEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(recipient, "recipient");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(detail, "detail");
    }
}
