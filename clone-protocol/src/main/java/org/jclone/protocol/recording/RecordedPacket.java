package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;

/**
 * A message with its place and time in the recording.
 *
 * @param number of the message in its direction of the connection, from 1
 * @param sequenceId of its first packet
 * @param payload the whole payload without headers; owned by the decoder and valid only during the call
 * @param message shares the memory of {@code payload} if it is data
 */
public record RecordedPacket(
        long timeMicros,
        int connection,
        Direction direction,
        long number,
        int sequenceId,
        ByteBuf payload,
        RecordedMessage message) {}
