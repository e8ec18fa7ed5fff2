package org.jclone.recipient.api;

/**
 * Something of the donor that does not fit the server that is to run on the clone.
 *
 * @param severity what it means for the clone
 * @param subject what differs, such as {@code version} or {@code plugin audit_log}
 * @param donor what the donor has
 * @param target what the target has
 * @param advice what it leads to and what to do, a sentence or two
 */
public record Mismatch(Severity severity, String subject, String donor, String target, String advice) {

    /** How bad it is. */
    public enum Severity {
        /** MySQL's own recipient refuses such a donor, and so do we unless told otherwise. */
        FATAL,
        /** The target runs, perhaps not quite like the donor. */
        HARMLESS
    }

    /** {@code version: donor 9.7.4, target 8.4.3}. */
    @Override
    public String toString() {
        return subject + ": donor " + donor + ", target " + target;
    }
}
