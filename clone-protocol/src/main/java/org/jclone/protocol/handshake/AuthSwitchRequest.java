package org.jclone.protocol.handshake;

import static org.jclone.protocol.wire.FieldWriter.requireNoNul;
import static org.jclone.protocol.wire.FieldWriter.writeNulString;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Asks the client to start again with the account's plugin. The answer is that plugin's first message, alone in its
 * packet.
 *
 * <p>Direction: server to client. Byte order: none.
 *
 * <pre>
 * size  type   field           meaning
 *    1  u8     header          0xFE
 *  n+1  NUL    authPluginName
 *    n  bytes  authPluginData  to the end; for the built-in plugins a new nonce of 20 bytes and a zero byte
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.5.
 *
 * @param authPluginData with the zero byte
 */
public record AuthSwitchRequest(String authPluginName, Bytes authPluginData) {

    public static final int HEADER = 0xfe;

    public static final MessageCodec<AuthSwitchRequest> CODEC = new Codec();

    /** The maximum length of a plugin's data in any packet: more than any public key needs. */
    static final int MAX_DATA_LENGTH = 0xffff;

    public AuthSwitchRequest {
        requireNoNul("authPluginName", authPluginName);
    }

    @Override
    public String toString() {
        return "AuthSwitchRequest[authPluginName=" + authPluginName + ", authPluginData=REDACTED]";
    }

    private static final class Codec implements MessageCodec<AuthSwitchRequest> {

        @Override
        public void encode(AuthSwitchRequest message, ByteBuf out) {
            out.writeByte(HEADER);
            writeNulString(out, message.authPluginName());
            message.authPluginData().writeTo(out);
        }

        @Override
        public AuthSwitchRequest decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "AuthSwitchRequest");
            fields.header(HEADER);
            String authPluginName = fields.nulString("authPluginName", HandshakeV10.MAX_PLUGIN_NAME_LENGTH);
            return new AuthSwitchRequest(authPluginName, fields.remainingBytes("authPluginData", MAX_DATA_LENGTH));
        }
    }
}
