package org.jclone.recipient.api;

/** The stages of a clone as {@code performance_schema.clone_progress} names and orders them, up to the first start. */
public enum CloneStage {
    /** From the donor's agreement to the first file; nothing is dropped here, the name is MySQL's. */
    DROP_DATA("DROP DATA"),
    /** Files as they are on the donor's disk. */
    FILE_COPY("FILE COPY"),
    /** Pages changed since. */
    PAGE_COPY("PAGE COPY"),
    /** The redo log from then on. */
    REDO_COPY("REDO COPY"),
    /** Everything is extended to its size and flushed. */
    FILE_SYNC("FILE SYNC");

    private final String displayName;

    CloneStage(String displayName) {
        this.displayName = displayName;
    }

    /** MySQL's name, with a blank. */
    public String displayName() {
        return displayName;
    }
}
