package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jclone.protocol.compress.CompressedPacketReader;
import org.jclone.protocol.compress.CompressedPacketWriter;
import org.jclone.protocol.compress.CompressedSequence;
import org.jclone.protocol.compress.PacketCompression;

/**
 * Compresses the outbound and decompresses the inbound bytes of a connection. Both sides insert it before the packet
 * handlers, directly after the OK that ends authentication.
 *
 * <p>A few bytes on the wire may decompress to very many. Without auto-read, each read of the following handlers
 * therefore delivers one section; the rest stays compressed until they request it.
 */
public final class CompressedPacketHandler extends ChannelDuplexHandler {

    private final PacketCompression compression;
    private final CompressedPacketReader reader;
    private final CompressedPacketWriter writer;
    private final Deque<ByteBuf> received = new ArrayDeque<>();

    private boolean demanded = true;
    private boolean delivering;
    private boolean broken;
    private long reportedBytes;

    /**
     * @param compression closed with this handler
     * @param maxUncompressedBytes the maximum decompressed length of one compressed packet from the peer
     */
    public CompressedPacketHandler(PacketCompression compression, int maxUncompressedBytes) {
        this.compression = compression;
        CompressedSequence sequence = new CompressedSequence();
        this.reader = new CompressedPacketReader(compression, sequence, maxUncompressedBytes);
        this.writer = new CompressedPacketWriter(compression, sequence);
    }

    /** Returns the compressed bytes received since the last call, without headers. Call it on the event loop. */
    long takeReceivedBytes() {
        long total = reader.bodyBytes();
        long taken = total - reportedBytes;
        reportedBytes = total;
        return taken;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        received.add((ByteBuf) message);
        deliver(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        deliver(ctx);
        if (demanded) {
            ctx.read();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        demanded = true;
        if (!delivering) {
            deliver(ctx);
            if (demanded) {
                ctx.read();
            }
        }
    }

    private void deliver(ChannelHandlerContext ctx) {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            ByteBuf stretch = demanded ? next(ctx) : null;
            while (stretch != null) {
                demanded = ctx.channel().config().isAutoRead();
                ctx.fireChannelRead(stretch);
                ctx.fireChannelReadComplete();
                stretch = demanded ? next(ctx) : null;
            }
        } finally {
            delivering = false;
        }
    }

    private ByteBuf next(ChannelHandlerContext ctx) {
        ByteBuf stretch = null;
        while (stretch == null && !broken && !received.isEmpty()) {
            ByteBuf in = received.peek();
            try {
                stretch = reader.read(in, ctx.alloc());
            } catch (RuntimeException e) {
                broken = true;
                throw e;
            } finally {
                if (broken || !in.isReadable()) {
                    discard(received.poll());
                }
            }
        }
        return stretch;
    }

    /** Overwrites unread input, which may contain a key: compression does not hide it. */
    private static void discard(ByteBuf in) {
        in.setZero(in.readerIndex(), in.readableBytes());
        in.release();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ByteBuf packets = (ByteBuf) message;
        ByteBuf compressed;
        try {
            compressed = writer.write(packets, ctx.alloc());
        } finally {
            packets.release();
        }
        ctx.write(compressed, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        broken = true;
        received.forEach(CompressedPacketHandler::discard);
        received.clear();
        reader.release();
        compression.close();
    }
}
