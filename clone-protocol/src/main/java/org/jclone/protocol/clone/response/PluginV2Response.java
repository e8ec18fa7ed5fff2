package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * A plugin of the donor, with the file name of its library. The file name is empty for a built-in plugin.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field          meaning
 *      0     1  u8     code           7
 *      1     4  u32    nameLength     n
 *      5     n  bytes  name           UTF-8
 *    5+n     4  u32    libraryLength  v
 *    9+n     v  bytes  library        UTF-8
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.7.
 */
public record PluginV2Response(String name, String library) implements CloneResponse {

    public static final MessageCodec<PluginV2Response> CODEC = new Codec();

    public PluginV2Response {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(library, "library");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.PLUGIN_V2;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onPluginV2(this);
    }

    private static final class Codec implements MessageCodec<PluginV2Response> {

        @Override
        public void encode(PluginV2Response message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
            ResponseFields.writeString(out, message.name());
            ResponseFields.writeString(out, message.library());
        }

        @Override
        public PluginV2Response decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "PluginV2Response", CloneResponseCode.PLUGIN_V2);
            String name = ResponseFields.readString(fields, "name");
            String library = ResponseFields.readString(fields, "library");
            fields.end();
            return new PluginV2Response(name, library);
        }
    }
}
