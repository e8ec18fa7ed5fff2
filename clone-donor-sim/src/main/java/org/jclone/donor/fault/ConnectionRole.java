package org.jclone.donor.fault;

/** What a connection turned out to be for. */
public enum ConnectionRole {
    /** Not in clone mode, or no command yet that would tell. */
    UNKNOWN,
    /** The one that sent COM_INIT. */
    MAIN,
    /** The one that sent COM_REINIT: a main connection, too. */
    RESUMED,
    /** One that sent COM_ATTACH. */
    WORKER,
    /** The one that sends COM_ACK. */
    AUX
}
