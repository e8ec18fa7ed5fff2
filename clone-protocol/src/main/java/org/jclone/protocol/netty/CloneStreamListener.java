package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.clone.response.CloneResponse;

/** Hears what a connection in clone mode receives besides blocks. Called on the channel's event loop. */
public interface CloneStreamListener {

    /**
     * A response other than data and data descriptors.
     *
     * @param bytes of the message that it was
     */
    void onResponse(CloneResponse response, int bytes);

    /** The answer to a statement sent after the connection left clone mode; the callee does not keep it. */
    void onStatementAnswer(ByteBuf payload);

    /**
     * Bytes arrived and were taken in.
     *
     * @param dataBytes bytes of blocks
     * @param networkBytes payload bytes of packets, as MySQL counts them; without packet headers
     */
    void onReceived(long dataBytes, long networkBytes);

    /** The connection is of no more use: bytes that break the protocol, an I/O error, or the end of the stream. */
    void onClosed(Throwable cause);
}
