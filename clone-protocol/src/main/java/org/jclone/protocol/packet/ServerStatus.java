package org.jclone.protocol.packet;

/**
 * Bits of {@code statusFlags} in the greeting and in OK and EOF packets; only those with a meaning for a clone.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 1.2 and 1.7.
 */
public final class ServerStatus {

    /** The initial state of a session. */
    public static final int SERVER_STATUS_AUTOCOMMIT = 0x0002;

    /** Another result set follows this one. */
    public static final int SERVER_MORE_RESULTS_EXISTS = 0x0008;

    private ServerStatus() {}
}
