package org.jclone.protocol.compress;

import static org.jclone.protocol.wire.FieldWriter.requireU8;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The header of each compressed packet, which frames a section of the stream of ordinary packets.
 *
 * <p>Direction: both. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type  field               meaning
 *      0     3  u24   bodyLength          bytes that follow this header, from 1
 *      3     1  u8    sequenceId          counts the compressed packets of one exchange, modulo 256
 *      4     3  u24   uncompressedLength  length of the body once decompressed; 0 = the body is not compressed
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.8.
 */
public record CompressedPacketHeader(int bodyLength, int sequenceId, int uncompressedLength) {

    public static final MessageCodec<CompressedPacketHeader> CODEC = new Codec();

    /** The length of the header in bytes. */
    public static final int LENGTH = 7;

    /** The maximum length of a body, compressed or decompressed. */
    public static final int MAX_LENGTH = 0xffffff;

    public CompressedPacketHeader {
        if (bodyLength < 1 || bodyLength > MAX_LENGTH) {
            throw new IllegalArgumentException("bodyLength: " + bodyLength + " (expected: 1 to " + MAX_LENGTH + ')');
        }
        requireU8("sequenceId", sequenceId);
        if (uncompressedLength < 0 || uncompressedLength > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "uncompressedLength: " + uncompressedLength + " (expected: 0 to " + MAX_LENGTH + ')');
        }
    }

    /** Returns whether the body is a section of the stream itself, not compressed. */
    public boolean isStored() {
        return uncompressedLength == 0;
    }

    private static final class Codec implements MessageCodec<CompressedPacketHeader> {

        @Override
        public void encode(CompressedPacketHeader message, ByteBuf out) {
            out.writeMediumLE(message.bodyLength());
            out.writeByte(message.sequenceId());
            out.writeMediumLE(message.uncompressedLength());
        }

        @Override
        public CompressedPacketHeader decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "CompressedPacketHeader");
            int bodyLength = fields.u24("bodyLength");
            if (bodyLength == 0) {
                throw fields.malformed("bodyLength", "0 (expected: more)");
            }
            int sequenceId = fields.u8("sequenceId");
            int uncompressedLength = fields.u24("uncompressedLength");
            fields.end();
            return new CompressedPacketHeader(bodyLength, sequenceId, uncompressedLength);
        }
    }
}
