package org.jclone.recipient.api;

/** A subject of the checks before a clone. */
public enum CheckItem {
    REACHABILITY(Group.CONNECTION, "reachable"),
    TLS(Group.CONNECTION, "TLS"),
    LOGIN(Group.CONNECTION, "login"),
    CONNECTIONS(Group.CONNECTION, "connections left"),
    VERSION(Group.DONOR, "version"),
    PLUGIN(Group.DONOR, "clone plugin"),
    PRIVILEGE(Group.DONOR, "privilege"),
    MAX_ALLOWED_PACKET(Group.DONOR, "max_allowed_packet"),
    TIMEOUTS(Group.DONOR, "timeouts"),
    OTHER_CLONE(Group.DONOR, "other clones"),
    REDO_LOG(Group.DONOR, "redo log"),
    DDL(Group.DONOR, "DDL"),
    NETWORK_FAILURE(Group.DONOR, "network failure"),
    BINARY_LOGS(Group.DONOR, "binary logs"),
    ENGINES(Group.DATA, "storage engines"),
    ENCRYPTION(Group.DATA, "encryption"),
    TABLESPACES(Group.DATA, "tablespaces"),
    UNDO_NAMES(Group.DATA, "undo tablespaces"),
    COMPATIBILITY(Group.TARGET, "compatibility"),
    KEYRING(Group.TARGET, "keyring"),
    DIRECTORY(Group.TARGET, "directory"),
    SPACE(Group.TARGET, "space"),
    PAGE_COMPRESSION(Group.TARGET, "page compression"),
    MEMORY(Group.TARGET, "memory"),
    DURATION(Group.TARGET, "duration");

    /** Groups the subjects. */
    public enum Group {
        CONNECTION,
        DONOR,
        DATA,
        TARGET
    }

    private final Group group;
    private final String title;

    CheckItem(Group group, String title) {
        this.group = group;
        this.title = title;
    }

    public Group group() {
        return group;
    }

    /** Returns a short name for display. */
    public String title() {
        return title;
    }
}
