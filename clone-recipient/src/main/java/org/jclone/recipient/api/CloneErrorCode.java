package org.jclone.recipient.api;

/** Why a clone failed. The number is the exit status of the program; {@code docs/errors.md} lists them all. */
public enum CloneErrorCode {
    /** A bug in jclone. */
    INTERNAL(1),
    /** An option is missing or out of range. */
    USAGE(2),
    /** The target directory is not empty, in use, or not a directory. */
    TARGET_NOT_USABLE(10),
    /** Reading, writing or flushing the target failed. */
    STORAGE(11),
    /** The target's file system has too little room. */
    DISK_FULL(12),
    /** A page or the redo log is damaged. */
    DAMAGED(13),
    /** Two tablespaces of the donor have one file name, and would be one file in the target. */
    FILE_NAME_CLASH(14),
    /** The clone is whole; what was to be done with it afterwards failed. */
    AFTER_CLONE(15),
    /** No connection: nobody listens, no such host, or what answers is too slow to greet. */
    CONNECT_FAILED(20),
    /** The donor refused the account or its password. */
    ACCESS_DENIED(21),
    /** TLS was demanded and is not to be had, or a certificate is wrong. */
    TLS_FAILED(22),
    /** The account lacks BACKUP_ADMIN. */
    PRIVILEGE_MISSING(23),
    /** The donor has no clone plugin. */
    PLUGIN_MISSING(24),
    /** The donor reported an error of its own. */
    DONOR_ERROR(25),
    /** The peer's bytes are not the clone protocol; it may be no MySQL server at all. */
    PROTOCOL(26),
    /**
     * The donor's data cannot be used here: version, encryption, unsupported descriptor; or no compression fits both.
     */
    INCOMPATIBLE(27),
    /** The donor has encrypted data, and the connection to it is not. */
    ENCRYPTION_NEEDS_TLS(28),
    /** The donor has encrypted data and no keyring file was named, or the one that was named cannot be used. */
    KEYRING(29),
    /** The donor has dropped the snapshot that an interrupted clone was made of. */
    SNAPSHOT_GONE(30),
    /** The donor serves another clone or runs DDL; later it may work. */
    DONOR_BUSY(75),
    /** A connection was lost or timed out; another try may work. */
    CONNECTION_LOST(75),
    /** Stopped by the user. */
    ABORTED(130);

    private final int exitStatus;

    CloneErrorCode(int exitStatus) {
        this.exitStatus = exitStatus;
    }

    public int exitStatus() {
        return exitStatus;
    }
}
