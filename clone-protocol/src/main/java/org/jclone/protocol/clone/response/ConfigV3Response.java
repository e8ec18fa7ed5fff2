package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * A donor setting added in protocol version V3: how many minutes the donor waits for a lost recipient.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     1  u8     code           8
 *      1     4  u32    nameLength     n
 *      5     n  bytes  name           UTF-8
 *    5+n     4  u32    valueLength    v
 *    9+n     v  bytes  value          UTF-8
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.8.
 */
public record ConfigV3Response(String name, String value) implements CloneResponse {

    public static final MessageCodec<ConfigV3Response> CODEC = new Codec();

    public ConfigV3Response {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.CONFIG_V3;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onConfigV3(this);
    }

    private static final class Codec implements MessageCodec<ConfigV3Response> {

        @Override
        public void encode(ConfigV3Response message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
            ResponseFields.writeString(out, message.name());
            ResponseFields.writeString(out, message.value());
        }

        @Override
        public ConfigV3Response decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "ConfigV3Response", CloneResponseCode.CONFIG_V3);
            String name = ResponseFields.readString(fields, "name");
            String value = ResponseFields.readString(fields, "value");
            fields.end();
            return new ConfigV3Response(name, value);
        }
    }
}
