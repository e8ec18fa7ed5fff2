package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * A plugin of the donor, by name only. Donors send it below protocol version V2.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field       meaning
 *      0     1  u8     code        4
 *      1     4  u32    nameLength  n
 *      5     n  bytes  name        UTF-8
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.4.
 */
public record PluginResponse(String name) implements CloneResponse {

    public static final MessageCodec<PluginResponse> CODEC = new Codec();

    public PluginResponse {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.PLUGIN;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onPlugin(this);
    }

    private static final class Codec implements MessageCodec<PluginResponse> {

        @Override
        public void encode(PluginResponse message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
            ResponseFields.writeString(out, message.name());
        }

        @Override
        public PluginResponse decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "PluginResponse", CloneResponseCode.PLUGIN);
            String name = ResponseFields.readString(fields, "name");
            fields.end();
            return new PluginResponse(name);
        }
    }
}
