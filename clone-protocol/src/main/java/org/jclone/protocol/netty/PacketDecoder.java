package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Splits a byte stream into {@link InboundPacket}s and joins payloads that were split at 16 MiB - 1. For exchanges of
 * small packets: the connection phase and SQL. {@link CloneStreamDecoder} decodes the stream of a clone.
 *
 * <pre>
 * offset  size  type    field
 *      0     3  u24 LE  payloadLength
 *      3     1  u8      sequenceId
 *      4     n  bytes   payload
 * </pre>
 */
public final class PacketDecoder extends ByteToMessageDecoder {

    private int maxPayloadBytes;
    private CompositeByteBuf joined;
    private int firstSequenceId;
    private int nextSequenceId;

    public PacketDecoder(int maxPayloadBytes) {
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /** Sets the maximum length of a payload. Call it on the event loop. */
    public void limit(int bytes) {
        maxPayloadBytes = bytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < PacketHeader.LENGTH) {
            return;
        }
        int length = in.getUnsignedMediumLE(in.readerIndex());
        int sequenceId = in.getUnsignedByte(in.readerIndex() + 3);
        int joinedLength = joined == null ? 0 : joined.readableBytes();
        if (length > maxPayloadBytes - joinedLength) {
            throw new MalformedPacketException(
                    "PacketHeader",
                    "payloadLength",
                    0,
                    joinedLength + length + " (expected: <= " + maxPayloadBytes + ')');
        }
        if (joined != null && sequenceId != nextSequenceId) {
            throw new MalformedPacketException(
                    "PacketHeader", "sequenceId", 3, sequenceId + " (expected: " + nextSequenceId + ')');
        }
        if (in.readableBytes() < PacketHeader.LENGTH + length) {
            return;
        }
        in.skipBytes(PacketHeader.LENGTH);
        if (joined == null && length < PacketHeader.MAX_PAYLOAD_LENGTH) {
            out.add(new InboundPacket(sequenceId, in.readRetainedSlice(length)));
            return;
        }
        join(ctx, in, length, sequenceId);
        if (length < PacketHeader.MAX_PAYLOAD_LENGTH) {
            out.add(new InboundPacket(firstSequenceId, joined));
            joined = null;
        }
    }

    /** Returns whether bytes were received that belong to no packet passed on so far. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0 || joined != null;
    }

    private void join(ChannelHandlerContext ctx, ByteBuf in, int length, int sequenceId) {
        if (joined == null) {
            joined = ctx.alloc().compositeBuffer();
            firstSequenceId = sequenceId;
        }
        joined.addComponent(true, in.readRetainedSlice(length));
        nextSequenceId = sequenceId + 1 & 0xff;
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        if (joined != null) {
            joined.release();
            joined = null;
        }
    }
}
