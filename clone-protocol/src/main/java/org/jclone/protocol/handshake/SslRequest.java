package org.jclone.protocol.handshake;

import static org.jclone.protocol.handshake.Capability.CLIENT_PROTOCOL_41;
import static org.jclone.protocol.handshake.Capability.CLIENT_SSL;
import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU8;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Requests TLS on this connection. The packet is the fixed first part of {@link HandshakeResponse41}.
 *
 * <p>Direction: client to server. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     4  u32    capabilities   with CLIENT_SSL and CLIENT_PROTOCOL_41
 *      4     4  u32    maxPacketSize
 *      8     1  u8     characterSet   repeated in the handshake response inside TLS
 *      9    23  bytes  filler         0
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.4.
 *
 * @param maxPacketSize u32
 */
public record SslRequest(Capabilities capabilities, long maxPacketSize, int characterSet) {

    public static final MessageCodec<SslRequest> CODEC = new Codec();

    public static final int LENGTH = 32;

    static final int FILLER_LENGTH = 23;

    public SslRequest {
        requireU32("maxPacketSize", maxPacketSize);
        requireU8("characterSet", characterSet);
        if (!capabilities.has(CLIENT_SSL) || !capabilities.has(CLIENT_PROTOCOL_41)) {
            throw new IllegalArgumentException(
                    "capabilities: " + capabilities + " (expected: CLIENT_SSL and CLIENT_PROTOCOL_41)");
        }
    }

    /**
     * Returns whether the client's first payload is this packet and not yet a {@link HandshakeResponse41}, which has
     * the same flag but is longer. Reads nothing from {@code payload}.
     */
    public static boolean isSslRequest(ByteBuf payload) {
        return payload.readableBytes() == LENGTH
                && (payload.getUnsignedIntLE(payload.readerIndex()) & CLIENT_SSL.bit()) != 0;
    }

    private static final class Codec implements MessageCodec<SslRequest> {

        @Override
        public void encode(SslRequest message, ByteBuf out) {
            out.writeIntLE((int) message.capabilities().bits());
            out.writeIntLE((int) message.maxPacketSize());
            out.writeByte(message.characterSet());
            out.writeZero(FILLER_LENGTH);
        }

        @Override
        public SslRequest decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "SslRequest");
            Capabilities capabilities = new Capabilities(fields.u32("capabilities"));
            if (!capabilities.has(CLIENT_SSL) || !capabilities.has(CLIENT_PROTOCOL_41)) {
                throw new MalformedPacketException(
                        "SslRequest", "capabilities", 0, capabilities + " (expected: CLIENT_SSL|CLIENT_PROTOCOL_41)");
            }
            long maxPacketSize = fields.u32("maxPacketSize");
            int characterSet = fields.u8("characterSet");
            fields.skip("filler", FILLER_LENGTH);
            fields.end();
            return new SslRequest(capabilities, maxPacketSize, characterSet);
        }
    }
}
