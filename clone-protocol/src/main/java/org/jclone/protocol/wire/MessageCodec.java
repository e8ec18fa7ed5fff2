package org.jclone.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * Encodes and decodes one kind of message. Stateless; neither retains nor releases buffers.
 *
 * @param <T> the message
 */
public interface MessageCodec<T> {

    /** Appends {@code message} to {@code out}. Every message that can be constructed can be encoded. */
    void encode(T message, ByteBuf out);

    /**
     * Decodes a message from {@code in}, which contains this message and nothing else.
     *
     * @throws MalformedPacketException if bytes are missing, left over or out of range
     */
    T decode(ByteBuf in);
}
