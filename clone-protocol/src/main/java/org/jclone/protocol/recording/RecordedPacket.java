package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;

/**
 * A message where and when it was seen.
 *
 * @param number of the message in its direction of the connection, from 1
 * @param sequenceId of its first packet
 * @param payload all of it, headers removed; belongs to the decoder and is valid during the call only
 * @param message shares memory with {@code payload} if it is data
 */
public record RecordedPacket(
        long timeMicros,
        int connection,
        Direction direction,
        long number,
        int sequenceId,
        ByteBuf payload,
        RecordedMessage message) {}
