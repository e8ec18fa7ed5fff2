package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * A setting of the donor, as text.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     1  u8     code           5
 *      1     4  u32    nameLength     n
 *      5     n  bytes  name           UTF-8
 *    5+n     4  u32    valueLength    v
 *    9+n     v  bytes  value          UTF-8
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.5.
 */
public record ConfigResponse(String name, String value) implements CloneResponse {

    public static final MessageCodec<ConfigResponse> CODEC = new Codec();

    public ConfigResponse {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.CONFIG;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onConfig(this);
    }

    private static final class Codec implements MessageCodec<ConfigResponse> {

        @Override
        public void encode(ConfigResponse message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
            ResponseFields.writeString(out, message.name());
            ResponseFields.writeString(out, message.value());
        }

        @Override
        public ConfigResponse decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "ConfigResponse", CloneResponseCode.CONFIG);
            String name = ResponseFields.readString(fields, "name");
            String value = ResponseFields.readString(fields, "value");
            fields.end();
            return new ConfigResponse(name, value);
        }
    }
}
