package org.jclone.protocol.packet;

/**
 * Bits of {@code statusFlags} in the greeting and in OK and EOF packets; only those that mean something to a clone.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 1.2 and 1.7.
 */
public final class ServerStatus {

    /** What a session begins with. */
    public static final int SERVER_STATUS_AUTOCOMMIT = 0x0002;

    /** Another result set follows this one. */
    public static final int SERVER_MORE_RESULTS_EXISTS = 0x0008;

    private ServerStatus() {}
}
