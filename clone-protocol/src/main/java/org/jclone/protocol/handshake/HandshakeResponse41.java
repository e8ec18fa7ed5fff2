package org.jclone.protocol.handshake;

import static org.jclone.protocol.handshake.Capability.CLIENT_CONNECT_ATTRS;
import static org.jclone.protocol.handshake.Capability.CLIENT_CONNECT_WITH_DB;
import static org.jclone.protocol.handshake.Capability.CLIENT_PLUGIN_AUTH;
import static org.jclone.protocol.handshake.Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static org.jclone.protocol.handshake.Capability.CLIENT_PROTOCOL_41;
import static org.jclone.protocol.handshake.Capability.CLIENT_RESERVED2;
import static org.jclone.protocol.handshake.Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM;
import static org.jclone.protocol.wire.FieldWriter.requireNoNul;
import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU8;
import static org.jclone.protocol.wire.FieldWriter.writeLenencBytes;
import static org.jclone.protocol.wire.FieldWriter.writeNulString;

import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Identifies the user and carries the first message of the authentication plugin that the client expects the account
 * to use.
 *
 * <p>Direction: client to server. Byte order: little-endian.
 *
 * <pre>
 * size    type    field                 meaning
 *   4     u32     capabilities
 *   4     u32     maxPacketSize
 *   1     u8      characterSet
 *  23     bytes   filler                0
 * n+1     NUL     user
 *   n     lenenc  authResponse          under CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA, else
 * n+1     u8+n    authResponse          with a length of one byte
 * n+1     NUL     authPluginName        only under CLIENT_PLUGIN_AUTH
 *   n     lenenc  connectionAttributes  only under CLIENT_CONNECT_ATTRS; {@link ConnectionAttributes}
 *   1     u8      zstdLevel             only under CLIENT_ZSTD_COMPRESSION_ALGORITHM
 * </pre>
 *
 * <p>A client that names a database sends it after authResponse. No clone does. Decoding discards the name and the
 * flag CLIENT_CONNECT_WITH_DB. Source: docs/protocol/01-wire-protocol.md section 1.4.
 *
 * @param maxPacketSize u32
 * @param authPluginName empty without CLIENT_PLUGIN_AUTH
 * @param connectionAttributes in wire order; empty without CLIENT_CONNECT_ATTRS
 * @param zstdLevel 1 to 22; 0 without CLIENT_ZSTD_COMPRESSION_ALGORITHM
 */
public record HandshakeResponse41(
        Capabilities capabilities,
        long maxPacketSize,
        int characterSet,
        String user,
        Bytes authResponse,
        String authPluginName,
        Map<String, String> connectionAttributes,
        int zstdLevel) {

    public static final MessageCodec<HandshakeResponse41> CODEC = new Codec();

    private static final int MAX_SHORT_AUTH_RESPONSE = 0xff;
    private static final int MAX_ZSTD_LEVEL = 22;

    public HandshakeResponse41 {
        requireU32("maxPacketSize", maxPacketSize);
        requireU8("characterSet", characterSet);
        requireNoNul("user", user);
        requireNoNul("authPluginName", authPluginName);
        connectionAttributes = Collections.unmodifiableMap(new LinkedHashMap<>(connectionAttributes));
        ConnectionAttributes.requireEncodable(connectionAttributes);
        require(capabilities.has(CLIENT_PROTOCOL_41), "capabilities: needs CLIENT_PROTOCOL_41");
        require(!capabilities.has(CLIENT_CONNECT_WITH_DB), "capabilities: CLIENT_CONNECT_WITH_DB without a database");
        require(hasLength(capabilities), "capabilities: needs CLIENT_RESERVED2");
        require(
                capabilities.has(CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)
                        || authResponse.length() <= MAX_SHORT_AUTH_RESPONSE,
                "authResponse: too long without CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA");
        require(
                capabilities.has(CLIENT_PLUGIN_AUTH) || authPluginName.isEmpty(),
                "authPluginName: needs CLIENT_PLUGIN_AUTH");
        require(
                capabilities.has(CLIENT_CONNECT_ATTRS) || connectionAttributes.isEmpty(),
                "connectionAttributes: needs CLIENT_CONNECT_ATTRS");
        require(isZstdLevel(capabilities, zstdLevel), "zstdLevel: " + zstdLevel + " does not match " + capabilities);
    }

    @Override
    public String toString() {
        return "HandshakeResponse41[capabilities=" + capabilities + ", maxPacketSize=" + maxPacketSize
                + ", characterSet=" + characterSet + ", user=" + user + ", authResponse=REDACTED, authPluginName="
                + authPluginName + ", connectionAttributes=" + connectionAttributes + ", zstdLevel=" + zstdLevel + ']';
    }

    private static void require(boolean condition, String reason) {
        if (!condition) {
            throw new IllegalArgumentException(reason);
        }
    }

    private static boolean hasLength(Capabilities capabilities) {
        return capabilities.has(CLIENT_RESERVED2) || capabilities.has(CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA);
    }

    private static boolean isZstdLevel(Capabilities capabilities, int level) {
        return capabilities.has(CLIENT_ZSTD_COMPRESSION_ALGORITHM) ? level >= 1 && level <= MAX_ZSTD_LEVEL : level == 0;
    }

    private static final class Codec implements MessageCodec<HandshakeResponse41> {

        @Override
        public void encode(HandshakeResponse41 message, ByteBuf out) {
            Capabilities capabilities = message.capabilities();
            out.writeIntLE((int) capabilities.bits());
            out.writeIntLE((int) message.maxPacketSize());
            out.writeByte(message.characterSet());
            out.writeZero(SslRequest.FILLER_LENGTH);
            writeNulString(out, message.user());
            if (capabilities.has(CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
                writeLenencBytes(out, message.authResponse());
            } else {
                out.writeByte(message.authResponse().length());
                message.authResponse().writeTo(out);
            }
            if (capabilities.has(CLIENT_PLUGIN_AUTH)) {
                writeNulString(out, message.authPluginName());
            }
            if (capabilities.has(CLIENT_CONNECT_ATTRS)) {
                ConnectionAttributes.encode(message.connectionAttributes(), out);
            }
            if (capabilities.has(CLIENT_ZSTD_COMPRESSION_ALGORITHM)) {
                out.writeByte(message.zstdLevel());
            }
        }

        @Override
        public HandshakeResponse41 decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "HandshakeResponse41");
            Capabilities capabilities = new Capabilities(fields.u32("capabilities"));
            if (!capabilities.has(CLIENT_PROTOCOL_41) || !hasLength(capabilities)) {
                throw malformed("capabilities", 0, capabilities + " (expected: CLIENT_PROTOCOL_41|CLIENT_RESERVED2)");
            }
            long maxPacketSize = fields.u32("maxPacketSize");
            int characterSet = fields.u8("characterSet");
            fields.skip("filler", SslRequest.FILLER_LENGTH);
            String user = fields.nulString("user");
            Bytes authResponse = capabilities.has(CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)
                    ? fields.lenencBytes("authResponse")
                    : fields.bytes("authResponse", fields.u8("authResponse"));
            if (capabilities.has(CLIENT_CONNECT_WITH_DB)) {
                fields.nulString("database");
            }
            String authPluginName = capabilities.has(CLIENT_PLUGIN_AUTH)
                    ? fields.nulString("authPluginName", HandshakeV10.MAX_PLUGIN_NAME_LENGTH)
                    : "";
            Map<String, String> attributes =
                    capabilities.has(CLIENT_CONNECT_ATTRS) ? ConnectionAttributes.decode(fields) : Map.of();
            int levelAt = fields.offset();
            int zstdLevel = capabilities.has(CLIENT_ZSTD_COMPRESSION_ALGORITHM) ? fields.u8("zstdLevel") : 0;
            if (!isZstdLevel(capabilities, zstdLevel)) {
                throw malformed("zstdLevel", levelAt, zstdLevel + " (expected: 1 to " + MAX_ZSTD_LEVEL + ')');
            }
            fields.end();
            return new HandshakeResponse41(
                    capabilities.without(CLIENT_CONNECT_WITH_DB),
                    maxPacketSize,
                    characterSet,
                    user,
                    authResponse,
                    authPluginName,
                    attributes,
                    zstdLevel);
        }

        private static MalformedPacketException malformed(String field, int offset, String reason) {
            return new MalformedPacketException("HandshakeResponse41", field, offset, reason);
        }
    }
}
