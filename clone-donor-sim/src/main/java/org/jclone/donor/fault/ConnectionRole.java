package org.jclone.donor.fault;

/** What a connection is used for. */
public enum ConnectionRole {
    /** Not in clone mode, or no command yet that shows the role. */
    UNKNOWN,
    /** Sent COM_INIT. */
    MAIN,
    /** Sent COM_REINIT; also a main connection. */
    RESUMED,
    /** Sent COM_ATTACH. */
    WORKER,
    /** Sends COM_ACK. */
    AUX
}
