package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Ends the responses to a successful command: one byte, code 99, and no body.
 *
 * <p>Direction: donor to recipient. Source: docs/protocol/01-wire-protocol.md section 3.5.11.
 */
public enum CompleteResponse implements CloneResponse {
    INSTANCE;

    public static final MessageCodec<CompleteResponse> CODEC = new Codec();

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.COMPLETE;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onComplete(this);
    }

    private static final class Codec implements MessageCodec<CompleteResponse> {

        @Override
        public void encode(CompleteResponse message, ByteBuf out) {
            out.writeByte(CloneResponseCode.COMPLETE.wireCode());
        }

        @Override
        public CompleteResponse decode(ByteBuf in) {
            ResponseFields.open(in, "CompleteResponse", CloneResponseCode.COMPLETE)
                    .end();
            return INSTANCE;
        }
    }
}
