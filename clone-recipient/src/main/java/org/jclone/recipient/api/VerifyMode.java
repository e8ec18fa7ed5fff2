package org.jclone.recipient.api;

/** What to do with a clone in which a page or the redo log is damaged. */
public enum VerifyMode {
    /** Fail. */
    STRICT,
    /** Continue with a warning. */
    WARN,
    /** Check nothing. */
    OFF
}
