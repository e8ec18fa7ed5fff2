package org.jclone.protocol.handshake;

import static org.jclone.protocol.wire.FieldWriter.requireNoNul;
import static org.jclone.protocol.wire.FieldWriter.writeNulString;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Requests another factor: the account requires several plugins to succeed.
 *
 * <p>Direction: server to client. Byte order: none.
 *
 * <pre>
 * size  type   field           meaning
 *    1  u8     header          0x02
 *  n+1  NUL    authPluginName
 *    n  bytes  authPluginData  to the end
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.5.
 */
public record AuthNextFactor(String authPluginName, Bytes authPluginData) {

    public static final int HEADER = 0x02;

    public static final MessageCodec<AuthNextFactor> CODEC = new Codec();

    public AuthNextFactor {
        requireNoNul("authPluginName", authPluginName);
    }

    @Override
    public String toString() {
        return "AuthNextFactor[authPluginName=" + authPluginName + ", authPluginData=REDACTED]";
    }

    private static final class Codec implements MessageCodec<AuthNextFactor> {

        @Override
        public void encode(AuthNextFactor message, ByteBuf out) {
            out.writeByte(HEADER);
            writeNulString(out, message.authPluginName());
            message.authPluginData().writeTo(out);
        }

        @Override
        public AuthNextFactor decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "AuthNextFactor");
            fields.header(HEADER);
            String authPluginName = fields.nulString("authPluginName", HandshakeV10.MAX_PLUGIN_NAME_LENGTH);
            return new AuthNextFactor(
                    authPluginName, fields.remainingBytes("authPluginData", AuthSwitchRequest.MAX_DATA_LENGTH));
        }
    }
}
