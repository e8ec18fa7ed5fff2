package org.jclone.recipient.api;

/** What to do with an unfinished clone in the target directory. */
public enum ResumeMode {
    /** Refuse the directory. */
    NEVER,
    /** Resume it; fail if there is none or it cannot be resumed. */
    REQUIRED,
    /** Resume it; start a new clone if there is none or the donor no longer has the snapshot. */
    AUTO
}
