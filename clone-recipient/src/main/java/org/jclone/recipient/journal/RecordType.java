package org.jclone.recipient.journal;

import java.util.Optional;

/** Kinds of records of a journal; codes are part of its format. */
public enum RecordType {
    /** Which clone this is; the first record. */
    BEGIN(1),
    /** Who the donor is, as it says in SQL. */
    DONOR(2),
    /** The clone has come to a state; files bear their final names. */
    STATE(3),
    /** A file as a descriptor announced it, written before it is made, renamed or deleted. */
    FILE(4),
    /** A file is larger than its descriptor says. */
    SIZE(5),
    /** All files of FILE COPY have been announced. */
    METADATA_COMPLETE(6),
    /** Blocks are on disk. */
    CLAIMS(7),
    /** Everything of the state is on disk; its end may be acknowledged. */
    ENDED(8),
    /** Files that DDL renamed bear their temporary names, and go to the final ones. */
    FINISHING(9),
    /** The name of the master key in the target's keyring that wraps all keys; never a key. */
    MASTER_KEY(10),
    /** All of it is here, and it is damaged. */
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
