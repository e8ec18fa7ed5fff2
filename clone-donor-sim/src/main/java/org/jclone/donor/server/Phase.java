package org.jclone.donor.server;

import org.jclone.protocol.netty.InboundPacket;

/** The handler of a connection's packets in one phase. All methods run on the event loop. */
interface Phase {

    /** Takes ownership of a packet and its payload. */
    void onPacket(InboundPacket packet);

    /** Handles the loss of the connection. */
    default void onClosed() {}

    /** Ends the current command, as KILL does. */
    default void kill() {}
}
