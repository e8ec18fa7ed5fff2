package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Settings of the donor as a JSON object of strings, {@code version} and {@code maturity}, under the name
 * {@code json_configs}. Ignore the name: at least one fork uses the same code for something else.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     1  u8     code           9
 *      1     4  u32    nameLength     n
 *      5     n  bytes  name           UTF-8
 *    5+n     4  u32    valueLength    v
 *    9+n     v  bytes  value          UTF-8
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.5.9 and 4.3.
 */
public record ConfigV4Response(String name, String value) implements CloneResponse {

    public static final MessageCodec<ConfigV4Response> CODEC = new Codec();

    public ConfigV4Response {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.CONFIG_V4;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onConfigV4(this);
    }

    private static final class Codec implements MessageCodec<ConfigV4Response> {

        @Override
        public void encode(ConfigV4Response message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
            ResponseFields.writeString(out, message.name());
            ResponseFields.writeString(out, message.value());
        }

        @Override
        public ConfigV4Response decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "ConfigV4Response", CloneResponseCode.CONFIG_V4);
            String name = ResponseFields.readString(fields, "name");
            String value = ResponseFields.readString(fields, "value");
            fields.end();
            return new ConfigV4Response(name, value);
        }
    }
}
