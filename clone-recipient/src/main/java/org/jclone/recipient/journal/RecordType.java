package org.jclone.recipient.journal;

import java.util.Optional;

/** Record types of a journal. Their codes are part of its format. */
public enum RecordType {
    /** Identifies the clone; the first record. */
    BEGIN(1),
    /** Identifies the donor, from its answers in SQL. */
    DONOR(2),
    /** The clone reached a state; files have their final names. */
    STATE(3),
    /** A file as a descriptor announced it, written before the file is created, renamed or deleted. */
    FILE(4),
    /** A file is larger than its descriptor says. */
    SIZE(5),
    /** All files of FILE COPY have been announced. */
    METADATA_COMPLETE(6),
    /** Blocks are on disk. */
    CLAIMS(7),
    /** All data of the state is on disk; its end may be acknowledged. */
    ENDED(8),
    /** Files that DDL renamed have temporary names, and are being renamed to the final ones. */
    FINISHING(9),
    /** The name of the master key in the target's keyring that wraps all keys; never the key itself. */
    MASTER_KEY(10),
    /** The copy is complete and damaged. */
    DAMAGED(11);

    private final int code;

    RecordType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<RecordType> byCode(int code) {
        return code >= 1 && code <= values().length ? Optional.of(values()[code - 1]) : Optional.empty();
    }
}
