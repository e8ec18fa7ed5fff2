package org.jclone.provision.donor;

/** The role of a server in replication. */
public enum Role {
    /** It replicates from no server. */
    SOURCE("source"),
    /** It has a channel from another server. */
    REPLICA("replica"),
    /** A member of a group that takes writes. */
    PRIMARY("primary"),
    /** A member of a group that takes no writes. */
    SECONDARY("secondary"),
    /** Not known: the account lacks the privilege to see it. */
    UNKNOWN("unknown");

    private final String title;

    Role(String title) {
        this.title = title;
    }

    /** {@return the word for people} */
    public String title() {
        return title;
    }

    /** Whether applications write to such a server. */
    boolean isWrittenTo() {
        return this == SOURCE || this == PRIMARY;
    }

    boolean isCopy() {
        return this == REPLICA || this == SECONDARY;
    }
}
