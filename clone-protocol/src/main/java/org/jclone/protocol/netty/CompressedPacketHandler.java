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
 * Compresses what a connection sends and decompresses what it receives. It takes its place, before the handlers that
 * know packets, right after the OK that ends authentication; both sides do so.
 *
 * <p>A little on the wire may stand for very much, so without auto-read each read of the handlers behind brings them
 * one stretch, and what they do not ask for stays compressed.
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
     * @param maxUncompressedBytes most bytes that one compressed packet of the peer may stand for
     */
    public CompressedPacketHandler(PacketCompression compression, int maxUncompressedBytes) {
        this.compression = compression;
        CompressedSequence sequence = new CompressedSequence();
        this.reader = new CompressedPacketReader(compression, sequence, maxUncompressedBytes);
        this.writer = new CompressedPacketWriter(compression, sequence);
    }

    /** Compressed bytes received since this was last asked, headers not counted. Event loop. */
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

    /** What is not read yet may hold a key: compression does not hide it. */
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
