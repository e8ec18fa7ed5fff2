package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import java.util.Optional;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;

/** Joins the bytes of one direction of a connection into messages, across reads and across packets of 16 MiB. */
final class MessageAssembler {

    /** The maximum length of a message, far more than the largest data of a clone. */
    static final int MAX_MESSAGE_LENGTH = 64 << 20;

    private static final int SEQUENCE_IDS = 256;

    private final ByteBuf received = Unpooled.buffer();

    /**
     * A message without packet headers.
     *
     * @param sequenceId of its first packet
     * @param consecutive whether the ids of its other packets are consecutive
     */
    record Assembled(ByteBuf payload, int sequenceId, int packetCount, boolean consecutive) {}

    void add(Bytes data) {
        received.discardReadBytes();
        data.writeTo(received);
    }

    /** Returns the next message if it is complete. */
    Optional<Assembled> next() {
        int at = received.readerIndex();
        int length = 0;
        int packetCount = 0;
        int sequenceId = 0;
        boolean consecutive = true;
        PacketHeader header;
        do {
            if (received.writerIndex() - at < PacketHeader.LENGTH) {
                return Optional.empty();
            }
            header = PacketHeader.CODEC.decode(received.slice(at, PacketHeader.LENGTH));
            if (packetCount == 0) {
                sequenceId = header.sequenceId();
            }
            consecutive &= header.sequenceId() == (sequenceId + packetCount) % SEQUENCE_IDS;
            packetCount++;
            length += header.payloadLength();
            at += PacketHeader.LENGTH + header.payloadLength();
            if (length > MAX_MESSAGE_LENGTH) {
                throw new TooLongFrameException(
                        "message length: " + length + " or more (expected: <= " + MAX_MESSAGE_LENGTH + ')');
            }
        } while (!header.isLast());
        if (at > received.writerIndex()) {
            return Optional.empty();
        }
        return Optional.of(new Assembled(take(length, packetCount), sequenceId, packetCount, consecutive));
    }

    /** Returns the number of bytes that are not a whole message yet. */
    int remaining() {
        return received.readableBytes();
    }

    /** Discards the bytes of an incomplete message and returns their number. */
    int drop() {
        int dropped = received.readableBytes();
        received.clear();
        return dropped;
    }

    private ByteBuf take(int length, int packetCount) {
        ByteBuf payload = Unpooled.buffer(length, length);
        for (int i = 0; i < packetCount; i++) {
            int packetLength = received.readUnsignedMediumLE();
            received.skipBytes(1);
            payload.writeBytes(received, packetLength);
        }
        return payload;
    }
}
