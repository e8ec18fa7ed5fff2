package org.jclone.recipient.api;

/**
 * A property of the donor that does not fit the server that will run on the clone.
 *
 * @param severity what it means for the clone
 * @param subject what differs, such as {@code version} or {@code plugin audit_log}
 * @param donor what the donor has
 * @param target what the target has
 * @param advice the consequence and what to do, a sentence or two
 */
public record Mismatch(Severity severity, String subject, String donor, String target, String advice) {

    /** The severity of a mismatch. */
    public enum Severity {
        /** MySQL's own recipient refuses such a donor, and so does jclone unless forced. */
        FATAL,
        /** The target runs, but may behave differently from the donor. */
        HARMLESS
    }

    /** Returns text such as {@code version: donor 9.7.4, target 8.4.3}. */
    @Override
    public String toString() {
        return subject + ": donor " + donor + ", target " + target;
    }
}
