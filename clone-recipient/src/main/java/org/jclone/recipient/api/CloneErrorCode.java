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
    /** The target's file system has too little free space. */
    DISK_FULL(12),
    /** A page or the redo log is damaged. */
    DAMAGED(13),
    /** Two tablespaces of the donor would have the same file name in the target. */
    FILE_NAME_CLASH(14),
    /** The clone is complete, but a later step failed. */
    AFTER_CLONE(15),
    /** A step of {@code jclone provision} other than the copy failed; the record in the directory says where it stands. */
    PROVISIONING(16),
    /** The daemon cannot run, or refused a request. */
    DAEMON(17),
    /** No connection: the port is closed, the host is unknown, or the greeting takes too long. */
    CONNECT_FAILED(20),
    /** The donor refused the account or its password. */
    ACCESS_DENIED(21),
    /** TLS is required but not available, or a certificate is invalid. */
    TLS_FAILED(22),
    /** The account lacks BACKUP_ADMIN. */
    PRIVILEGE_MISSING(23),
    /** The donor has no clone plugin. */
    PLUGIN_MISSING(24),
    /** The donor reported an error of its own. */
    DONOR_ERROR(25),
    /** The peer does not speak the clone protocol; it may not be a MySQL server. */
    PROTOCOL(26),
    /**
     * The donor's data cannot be used here: version, encryption, unsupported descriptor; or no common compression algorithm.
     */
    INCOMPATIBLE(27),
    /** The donor has encrypted data, but the connection is not encrypted. */
    ENCRYPTION_NEEDS_TLS(28),
    /** The donor has encrypted data, but no usable keyring file was given. */
    KEYRING(29),
    /** The donor has dropped the snapshot of an interrupted clone. */
    SNAPSHOT_GONE(30),
    /** The donor serves another clone or runs DDL; a later attempt may succeed. */
    DONOR_BUSY(75),
    /** A connection was lost or timed out; another attempt may succeed. */
    CONNECTION_LOST(75),
    /** Stopped by the user. */
    ABORTED(130);

    private final int exitStatus;

    CloneErrorCode(int exitStatus) {
        this.exitStatus = exitStatus;
    }

    /** {@return the exit status of the program for this error} */
    public int exitStatus() {
        return exitStatus;
    }
}
