package org.jclone.provision.group;

/** Where a member keeps the account of its recovery channel. */
public enum RecoveryCredentials {
    /** Those of this run, in the table of the channel. The member joins again by itself after a restart. */
    STORE,
    /** Those that the clone contains. */
    KEEP,
    /** None in the table. The member joins with {@code START GROUP_REPLICATION USER=..., PASSWORD=...}, each time. */
    FORGET
}
