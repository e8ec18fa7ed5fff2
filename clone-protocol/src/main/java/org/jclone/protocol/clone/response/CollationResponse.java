package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * A collation that the donor's data dictionary contains. A donor sends several hundred of them.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field       meaning
 *      0     1  u8     code        6
 *      1     4  u32    nameLength  n
 *      5     n  bytes  name        UTF-8
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.6.
 */
public record CollationResponse(String name) implements CloneResponse {

    public static final MessageCodec<CollationResponse> CODEC = new Codec();

    public CollationResponse {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.COLLATION;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onCollation(this);
    }

    private static final class Codec implements MessageCodec<CollationResponse> {

        @Override
        public void encode(CollationResponse message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
            ResponseFields.writeString(out, message.name());
        }

        @Override
        public CollationResponse decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "CollationResponse", CloneResponseCode.COLLATION);
            String name = ResponseFields.readString(fields, "name");
            fields.end();
            return new CollationResponse(name);
        }
    }
}
