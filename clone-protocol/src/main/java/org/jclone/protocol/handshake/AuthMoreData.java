package org.jclone.protocol.handshake;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Another message of the server's half of the plugin, such as a status or a public key.
 *
 * <p>Direction: server to client. Byte order: none.
 *
 * <pre>
 * size  type   field   meaning
 *    1  u8     header  0x01
 *    n  bytes  data    to the end; its meaning depends on the plugin
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.5.
 *
 * @param data the data, without the header byte
 */
public record AuthMoreData(Bytes data) {

    public static final int HEADER = 0x01;

    public static final MessageCodec<AuthMoreData> CODEC = new Codec();

    @Override
    public String toString() {
        return "AuthMoreData[data=REDACTED]";
    }

    private static final class Codec implements MessageCodec<AuthMoreData> {

        @Override
        public void encode(AuthMoreData message, ByteBuf out) {
            out.writeByte(HEADER);
            message.data().writeTo(out);
        }

        @Override
        public AuthMoreData decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "AuthMoreData");
            fields.header(HEADER);
            return new AuthMoreData(fields.remainingBytes("data", AuthSwitchRequest.MAX_DATA_LENGTH));
        }
    }
}
