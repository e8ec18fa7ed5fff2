package org.jclone.protocol.packet;

import static org.jclone.protocol.wire.FieldWriter.requireU8;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The header of each physical packet.
 *
 * <p>Direction: both. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type  field          meaning
 *      0     3  u24   payloadLength  bytes that follow this header
 *      3     1  u8    sequenceId     counts the packets of one exchange, modulo 256
 * </pre>
 *
 * <p>A payload of {@value #MAX_PAYLOAD_LENGTH} bytes or more is split. Another packet follows each full packet, so the
 * last one may be empty. Source: docs/protocol/01-wire-protocol.md section 1.1.
 */
public record PacketHeader(int payloadLength, int sequenceId) {

    public static final MessageCodec<PacketHeader> CODEC = new Codec();

    /** The length of the header in bytes. */
    public static final int LENGTH = 4;

    public static final int MAX_PAYLOAD_LENGTH = 0xffffff;

    public PacketHeader {
        if (payloadLength < 0 || payloadLength > MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException(
                    "payloadLength: " + payloadLength + " (expected: 0 to " + MAX_PAYLOAD_LENGTH + ')');
        }
        requireU8("sequenceId", sequenceId);
    }

    /** Returns whether the payload ends with this packet. */
    public boolean isLast() {
        return payloadLength < MAX_PAYLOAD_LENGTH;
    }

    private static final class Codec implements MessageCodec<PacketHeader> {

        @Override
        public void encode(PacketHeader message, ByteBuf out) {
            out.writeMediumLE(message.payloadLength());
            out.writeByte(message.sequenceId());
        }

        @Override
        public PacketHeader decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "PacketHeader");
            int payloadLength = fields.u24("payloadLength");
            int sequenceId = fields.u8("sequenceId");
            fields.end();
            return new PacketHeader(payloadLength, sequenceId);
        }
    }
}
