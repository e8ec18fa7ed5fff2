package org.jclone.recipient.api;

/** The stages of a clone as {@code performance_schema.clone_progress} names and orders them, up to the first start. */
public enum CloneStage {
    /** From the donor's agreement to the first file; nothing is dropped here, the name is MySQL's. */
    DROP_DATA("DROP DATA"),
    /** Files as they are on the donor's disk. */
    FILE_COPY("FILE COPY"),
    /** Pages changed during FILE COPY. */
    PAGE_COPY("PAGE COPY"),
    /** The redo log written since the end of FILE COPY. */
    REDO_COPY("REDO COPY"),
    /** All files are extended to their size and flushed. */
    FILE_SYNC("FILE SYNC");

    private final String displayName;

    CloneStage(String displayName) {
        this.displayName = displayName;
    }

    /** {@return MySQL's name, with a space} */
    public String displayName() {
        return displayName;
    }
}
