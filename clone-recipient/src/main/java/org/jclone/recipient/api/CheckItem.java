package org.jclone.recipient.api;

/** A subject of the checks before a clone. */
public enum CheckItem {
    /** Whether something listens at the address, and answers like a server. */
    REACHABILITY(Group.CONNECTION, "reachable"),
    /** Whether the connection is encrypted as the settings ask, and the certificate is right. */
    TLS(Group.CONNECTION, "TLS"),
    /** Whether the account can log in. */
    LOGIN(Group.CONNECTION, "login"),
    /** Whether the donor accepts as many connections as the clone wants. */
    CONNECTIONS(Group.CONNECTION, "connections left"),
    /** Whether the donor's version can be cloned. */
    VERSION(Group.DONOR, "version"),
    /** Whether the clone plugin is loaded and active. */
    PLUGIN(Group.DONOR, "clone plugin"),
    /** Whether the account has {@code BACKUP_ADMIN}. */
    PRIVILEGE(Group.DONOR, "privilege"),
    /** Whether {@code max_allowed_packet} suffices for the clone. */
    MAX_ALLOWED_PACKET(Group.DONOR, "max_allowed_packet"),
    /** Whether the donor's timeouts would end connections of the clone. */
    TIMEOUTS(Group.DONOR, "timeouts"),
    /** Whether another clone keeps the donor busy. */
    OTHER_CLONE(Group.DONOR, "other clones"),
    /** Whether something keeps the donor from archiving its redo log. */
    REDO_LOG(Group.DONOR, "redo log"),
    /** Whether the clone blocks DDL of the donor, or waits for it. */
    DDL(Group.DONOR, "DDL"),
    /** How long the donor keeps a snapshot whose recipient is lost. */
    NETWORK_FAILURE(Group.DONOR, "network failure"),
    /** Whether the donor keeps the binary logs that a replica needs afterwards. */
    BINARY_LOGS(Group.DONOR, "binary logs"),
    /** Whether all tables are in InnoDB, the only engine that is cloned. */
    ENGINES(Group.DATA, "storage engines"),
    /** Whether data is encrypted, and the settings allow that. */
    ENCRYPTION(Group.DATA, "encryption"),
    /** Whether tablespaces outside the data directory have a place. */
    TABLESPACES(Group.DATA, "tablespaces"),
    /** Whether undo tablespaces have different file names. */
    UNDO_NAMES(Group.DATA, "undo tablespaces"),
    /** Whether the server that will run on the clone can read it. */
    COMPATIBILITY(Group.TARGET, "compatibility"),
    /** Whether the keyring file can be written. */
    KEYRING(Group.TARGET, "keyring"),
    /** Whether the data directory can hold a clone. */
    DIRECTORY(Group.TARGET, "directory"),
    /** Whether the file systems have room. */
    SPACE(Group.TARGET, "space"),
    /** Whether the file systems can punch holes for page compression. */
    PAGE_COMPRESSION(Group.TARGET, "page compression"),
    /** Whether the limits of this process suffice. */
    MEMORY(Group.TARGET, "memory"),
    /** How long a clone may take. */
    DURATION(Group.TARGET, "duration");

    /** Groups the subjects. */
    public enum Group {
        /** The way to the donor. */
        CONNECTION,
        /** The donor's state and settings. */
        DONOR,
        /** The donor's data. */
        DATA,
        /** This machine, and the server that will run on the clone. */
        TARGET
    }

    private final Group group;
    private final String title;

    CheckItem(Group group, String title) {
        this.group = group;
        this.title = title;
    }

    /** {@return the group of the subject} */
    public Group group() {
        return group;
    }

    /** {@return a short name for display} */
    public String title() {
        return title;
    }
}
