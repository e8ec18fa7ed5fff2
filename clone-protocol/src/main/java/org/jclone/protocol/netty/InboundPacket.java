package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;

/**
 * A whole payload with the sequence id of its first packet. The receiver releases the payload.
 *
 * @param sequenceId 0 to 255
 * @param payload the joined payload, without packet headers
 */
public record InboundPacket(int sequenceId, ByteBuf payload) {}
