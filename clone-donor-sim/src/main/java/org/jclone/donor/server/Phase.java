package org.jclone.donor.server;

import org.jclone.protocol.netty.InboundPacket;

/** What the packets of a connection mean at present. All methods belong to the event loop. */
interface Phase {

    /** Takes a packet, and its payload with it. */
    void onPacket(InboundPacket packet);

    /** The connection is gone. */
    default void onClosed() {}

    /** Ends what is being done for the client, as KILL wants it. */
    default void kill() {}
}
