package org.jclone.recipient.api;

/** What happens to a clone in which a page or the redo log is found damaged. */
public enum VerifyMode {
    /** It fails. */
    STRICT,
    /** It goes on, with a warning. */
    WARN,
    /** Nothing is checked. */
    OFF
}
