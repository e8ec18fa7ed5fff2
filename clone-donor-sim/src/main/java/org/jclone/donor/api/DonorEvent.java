package org.jclone.donor.api;

import java.time.Duration;
import java.util.Objects;

/**
 * Something has happened to a clone.
 *
 * @param recipient account and address of its main connection, such as {@code cloner@10.1.2.3:41870}
 * @param sentBytes of files, pages and redo so far
 * @param elapsed since it began
 * @param connections that sent data at the same time, at most
 * @param detail why; empty where there is nothing to say
 */
public record DonorEvent(
        Kind kind, long cloneId, String recipient, long sentBytes, Duration elapsed, int connections, String detail) {

    /** What happens to clones. */
    public enum Kind {
        STARTED,
        /** A connection broke; the recipient may come back. */
        INTERRUPTED,
        RESUMED,
        /** The recipient has everything and has said good-bye. */
        COMPLETED,
        FAILED
    }

    public DonorEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(recipient, "recipient");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(detail, "detail");
    }
}
