package org.jclone.protocol.handshake;

import static org.jclone.protocol.handshake.Capability.CLIENT_PLUGIN_AUTH;
import static org.jclone.protocol.wire.FieldWriter.requireNoNul;
import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU8;
import static org.jclone.protocol.wire.FieldWriter.writeNulString;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The server's greeting. It is the first packet of a connection unless the server sends an ERR packet instead.
 *
 * <p>Direction: server to client. Byte order: little-endian.
 *
 * <pre>
 * size             type  field             meaning
 *              1   u8    protocolVersion   10
 *            n+1   NUL   serverVersion
 *              4   u32   connectionId      the argument of KILL
 *              8   bytes nonce             first 8 of its 20 bytes
 *              1   u8    filler            0
 *              2   u16   capabilities      lower half
 *              1   u8    characterSet      low byte of the default collation's id
 *              2   u16   statusFlags
 *              2   u16   capabilities      upper half
 *              1   u8    authDataLength    21: the nonce and a zero byte
 *             10   bytes reserved          0
 * max(13, length-8) bytes nonce            last 12 of its 20 bytes, and a zero byte
 *            n+1   NUL   authPluginName    only under CLIENT_PLUGIN_AUTH
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.2.
 *
 * @param connectionId u32
 * @param nonce {@value #NONCE_LENGTH} bytes
 * @param authPluginName the server's default plugin; empty without CLIENT_PLUGIN_AUTH
 */
public record HandshakeV10(
        String serverVersion,
        long connectionId,
        Bytes nonce,
        Capabilities capabilities,
        int characterSet,
        int statusFlags,
        String authPluginName) {

    public static final MessageCodec<HandshakeV10> CODEC = new Codec();

    public static final int PROTOCOL_VERSION = 10;
    public static final int NONCE_LENGTH = 20;

    /** The maximum length of a plugin name in any packet. MySQL's identifiers have at most 64 characters. */
    static final int MAX_PLUGIN_NAME_LENGTH = 255;

    private static final int MAX_VERSION_LENGTH = 255;
    private static final int FIRST_PART_LENGTH = 8;
    private static final int MIN_SECOND_PART_LENGTH = 13;
    private static final int RESERVED_LENGTH = 10;

    public HandshakeV10 {
        requireNoNul("serverVersion", serverVersion);
        requireU32("connectionId", connectionId);
        requireU8("characterSet", characterSet);
        requireU16("statusFlags", statusFlags);
        requireNoNul("authPluginName", authPluginName);
        if (nonce.length() != NONCE_LENGTH) {
            throw new IllegalArgumentException("nonce: " + nonce.length() + " bytes (expected: " + NONCE_LENGTH + ')');
        }
        if (!capabilities.has(CLIENT_PLUGIN_AUTH) && !authPluginName.isEmpty()) {
            throw new IllegalArgumentException("authPluginName: needs CLIENT_PLUGIN_AUTH");
        }
    }

    @Override
    public String toString() {
        return "HandshakeV10[serverVersion=" + serverVersion + ", connectionId=" + connectionId + ", nonce=REDACTED"
                + ", capabilities=" + capabilities + ", characterSet=" + characterSet + ", statusFlags=" + statusFlags
                + ", authPluginName=" + authPluginName + ']';
    }

    private static final class Codec implements MessageCodec<HandshakeV10> {

        @Override
        public void encode(HandshakeV10 message, ByteBuf out) {
            long capabilities = message.capabilities().bits();
            out.writeByte(PROTOCOL_VERSION);
            writeNulString(out, message.serverVersion());
            out.writeIntLE((int) message.connectionId());
            message.nonce().slice(0, FIRST_PART_LENGTH).writeTo(out);
            out.writeByte(0);
            out.writeShortLE((int) capabilities);
            out.writeByte(message.characterSet());
            out.writeShortLE(message.statusFlags());
            out.writeShortLE((int) (capabilities >>> 16));
            out.writeByte(NONCE_LENGTH + 1);
            out.writeZero(RESERVED_LENGTH);
            message.nonce().slice(FIRST_PART_LENGTH, NONCE_LENGTH).writeTo(out);
            out.writeByte(0);
            if (message.capabilities().has(CLIENT_PLUGIN_AUTH)) {
                writeNulString(out, message.authPluginName());
            }
        }

        @Override
        public HandshakeV10 decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "HandshakeV10");
            int protocolVersion = fields.u8("protocolVersion");
            if (protocolVersion != PROTOCOL_VERSION) {
                throw new MalformedPacketException(
                        "HandshakeV10",
                        "protocolVersion",
                        0,
                        protocolVersion + " (expected: " + PROTOCOL_VERSION + ')');
            }
            String serverVersion = fields.nulString("serverVersion", MAX_VERSION_LENGTH);
            long connectionId = fields.u32("connectionId");
            Bytes firstPart = fields.bytes("nonce", FIRST_PART_LENGTH);
            fields.skip("filler", 1);
            int lowCapabilities = fields.u16("capabilities");
            int characterSet = fields.u8("characterSet");
            int statusFlags = fields.u16("statusFlags");
            Capabilities capabilities = new Capabilities((long) fields.u16("capabilities") << 16 | lowCapabilities);
            int authDataLength = fields.u8("authDataLength");
            fields.skip("reserved", RESERVED_LENGTH);
            Bytes secondPart =
                    fields.bytes("nonce", Math.max(MIN_SECOND_PART_LENGTH, authDataLength - FIRST_PART_LENGTH));
            String authPluginName = capabilities.has(CLIENT_PLUGIN_AUTH)
                    ? fields.nulString("authPluginName", MAX_PLUGIN_NAME_LENGTH)
                    : "";
            fields.end();
            return new HandshakeV10(
                    serverVersion,
                    connectionId,
                    firstPart.concat(secondPart.slice(0, NONCE_LENGTH - FIRST_PART_LENGTH)),
                    capabilities,
                    characterSet,
                    statusFlags,
                    authPluginName);
        }
    }
}
