package org.jclone.recipient.api;

/** What to do with an unfinished clone that is found in the target directory. */
public enum ResumeMode {
    /** Refuse to touch it. */
    NEVER,
    /** Go on with it; fail if there is none, or if it cannot be gone on with. */
    REQUIRED,
    /** Go on with it if there is one; if there is none, or if the donor's snapshot is gone, clone anew. */
    AUTO
}
