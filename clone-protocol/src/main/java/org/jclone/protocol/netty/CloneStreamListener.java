package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.clone.response.CloneResponse;

/** Receives the messages of a connection in clone mode, except blocks. Called on the channel's event loop. */
public interface CloneStreamListener {

    /**
     * Called for a response other than data and data descriptors.
     *
     * @param bytes length of the message
     */
    void onResponse(CloneResponse response, int bytes);

    /**
     * Called with the answer to a statement sent after the connection left clone mode. The listener does not keep the
     * buffer.
     */
    void onStatementAnswer(ByteBuf payload);

    /**
     * Called after bytes were received and decoded.
     *
     * @param dataBytes bytes of blocks
     * @param networkBytes payload bytes of packets, as MySQL counts them; without packet headers
     */
    void onReceived(long dataBytes, long networkBytes);

    /**
     * Called when the connection has become unusable: a protocol violation, an I/O error, or the end of the stream.
     */
    void onClosed(Throwable cause);
}
