package org.jclone.protocol.clone.response;

import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.writeUtf8;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Ends the responses to a failed command. The connection stays in clone mode.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian. The layout differs from an ERR packet: there is no
 * SQLSTATE.
 *
 * <pre>
 * offset  size  type   field      meaning
 *      0     1  u8     code       100
 *      1     4  u32    errorCode  MySQL error number; 1815 if the donor has no specific one
 *      5     n  bytes  message    UTF-8 to the end; donors send at most {@link #MAX_MESSAGE_LENGTH} bytes
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.10.
 */
public record ErrorResponse(long errorCode, String message) implements CloneResponse {

    public static final MessageCodec<ErrorResponse> CODEC = new Codec();
    public static final int MAX_MESSAGE_LENGTH = 511;

    /** The maximum length of a message: more than any donor sends, and short enough to display. */
    private static final int MAX_READ_LENGTH = 4096;

    public ErrorResponse {
        requireU32("errorCode", errorCode);
        Objects.requireNonNull(message, "message");
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.ERROR;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onError(this);
    }

    private static final class Codec implements MessageCodec<ErrorResponse> {

        @Override
        public void encode(ErrorResponse message, ByteBuf out) {
            out.writeByte(CloneResponseCode.ERROR.wireCode());
            out.writeIntLE((int) message.errorCode());
            writeUtf8(out, message.message());
        }

        @Override
        public ErrorResponse decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, "ErrorResponse", CloneResponseCode.ERROR);
            long errorCode = fields.u32("errorCode");
            return new ErrorResponse(errorCode, fields.eofText("message", MAX_READ_LENGTH));
        }
    }
}
