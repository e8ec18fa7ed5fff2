package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundInvoker;
import java.util.function.Consumer;
import org.jclone.protocol.packet.PacketHeader;

/** Writes one payload as one packet. A client's payloads are far below 16 MiB. */
public final class PacketWriter {

    private PacketWriter() {}

    /** Writes and flushes a packet with the bytes that {@code payload} appends. Thread-safe. */
    public static ChannelFuture write(
            ChannelOutboundInvoker out, ByteBufAllocator allocator, int sequenceId, Consumer<ByteBuf> payload) {
        ByteBuf packet = allocator.ioBuffer(256);
        try {
            packet.writeZero(PacketHeader.LENGTH);
            payload.accept(packet);
            int length = packet.readableBytes() - PacketHeader.LENGTH;
            if (length >= PacketHeader.MAX_PAYLOAD_LENGTH) {
                throw new IllegalArgumentException("payload of " + length + " bytes (expected: < 16 MiB - 1)");
            }
            packet.setMediumLE(0, length).setByte(3, sequenceId);
        } catch (RuntimeException e) {
            packet.release();
            throw e;
        }
        return out.writeAndFlush(packet);
    }
}
