package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Cuts a byte stream into {@link InboundPacket}s, joining payloads that were split at 16 MiB - 1. For conversations
 * of small packets: the connection phase and SQL. The stream of a clone has a decoder of its own.
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

    /** From now on a payload may have so many bytes. Event loop. */
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

    /** Whether bytes have come that belong to no packet handed on so far. */
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
