package org.jclone.daemon.http;

/** What a caller may do. */
public enum Role {
    /** Read everything. */
    READ,
    /** Also change: start, cancel, throttle. */
    OPERATE;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
