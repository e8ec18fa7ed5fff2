package org.jclone.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * Turns one kind of message into bytes and back. Stateless; neither retains nor releases buffers.
 *
 * @param <T> the message
 */
public interface MessageCodec<T> {

    /** Appends {@code message} to {@code out}. A message that exists can be encoded. */
    void encode(T message, ByteBuf out);

    /**
     * Reads a message from {@code in}, which holds this message and nothing else.
     *
     * @throws MalformedPacketException if bytes are missing, left over, or out of range
     */
    T decode(ByteBuf in);
}
