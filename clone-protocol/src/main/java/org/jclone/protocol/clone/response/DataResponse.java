package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The bytes announced by the {@link DataDescriptorResponse} before it. This is the only reference-counted message of
 * its family; its receiver releases it.
 *
 * <p>Direction: donor to recipient.
 *
 * <pre>
 * offset  size  type   field    meaning
 *      0     1  u8     code     3
 *      1     n  bytes  content  to the end; n is the dataLength of the descriptor
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.5.3.
 */
public final class DataResponse extends DefaultByteBufHolder implements CloneResponse {

    /** Encodes a copy of the content. Decodes to a retained slice. */
    public static final MessageCodec<DataResponse> CODEC = new Codec();

    /** Takes ownership of the caller's reference to {@code content}. */
    public DataResponse(ByteBuf content) {
        super(content);
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.DATA;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onData(this);
    }

    @Override
    public DataResponse replace(ByteBuf content) {
        return new DataResponse(content);
    }

    @Override
    public DataResponse copy() {
        return (DataResponse) super.copy();
    }

    @Override
    public DataResponse duplicate() {
        return (DataResponse) super.duplicate();
    }

    @Override
    public DataResponse retainedDuplicate() {
        return (DataResponse) super.retainedDuplicate();
    }

    @Override
    public DataResponse retain() {
        super.retain();
        return this;
    }

    @Override
    public DataResponse retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public DataResponse touch() {
        super.touch();
        return this;
    }

    @Override
    public DataResponse touch(Object hint) {
        super.touch(hint);
        return this;
    }

    private static final class Codec implements MessageCodec<DataResponse> {

        @Override
        public void encode(DataResponse message, ByteBuf out) {
            ByteBuf content = message.content();
            out.writeByte(CloneResponseCode.DATA.wireCode());
            out.writeBytes(content, content.readerIndex(), content.readableBytes());
        }

        @Override
        public DataResponse decode(ByteBuf in) {
            ResponseFields.open(in, "DataResponse", CloneResponseCode.DATA);
            return new DataResponse(in.readRetainedSlice(in.readableBytes()));
        }
    }
}
