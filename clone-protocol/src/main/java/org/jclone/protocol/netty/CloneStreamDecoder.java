package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Receives the donor's messages in clone mode and decodes them. Small messages become records; the bytes of blocks go
 * to the {@link DataSink}. Without compression they are received, or decrypted, directly into its buffers.
 *
 * <p>The handler reads on demand. It stops while a {@link Pause} is in force and so leaves the data to the kernel's
 * TCP window. All methods belong to the event loop unless stated otherwise.
 */
public final class CloneStreamDecoder extends ChannelInboundHandlerAdapter implements ReceiveBuffers.Source {

    /** The reason why reading has stopped. */
    public enum Pause {
        /** Other connections have not reached the same state yet. */
        BARRIER,
        /** A bandwidth limit. */
        THROTTLE,
        /** Fewer connections are faster. */
        PARKED;

        private int mask() {
            return 1 << ordinal();
        }
    }

    /** A smaller remainder is copied from a scratch buffer, which also receives the next headers. */
    private static final int MIN_DIRECT_BYTES = 16 << 10;

    /**
     * Scratch size between two large blocks: room for headers and a little of the next block, which is then copied.
     */
    private static final int SMALL_SCRATCH_BYTES = 8 << 10;

    /** Scratch size with TLS, and when blocks are single pages, so that one read receives many. */
    private static final int LARGE_SCRATCH_BYTES = 256 << 10;

    private final CloneStreamListener listener;
    private final ReceiveBuffers receiveBuffers;
    private final CloneResponseDecoder decoder;
    private final Deque<ByteBuf> pending = new ArrayDeque<>();

    private ChannelHandlerContext context;
    private CompressedPacketHandler compression;
    private DecryptionBuffers decryption; // null if blocks are not decrypted into their own buffers
    private boolean tls;
    private boolean inPlace;
    private int pauses;
    private boolean decoding;
    private boolean closed;
    private ByteBuf direct;

    public CloneStreamDecoder(CloneStreamListener listener, ReceiveBuffers receiveBuffers) {
        this.listener = listener;
        this.receiveBuffers = receiveBuffers;
        decoder = new CloneResponseDecoder(listener);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        compression = ctx.pipeline().get(CompressedPacketHandler.class);
        tls = ctx.pipeline().get(SslHandler.class) != null;
        decryption = tls && compression == null ? DecryptionBuffers.install(ctx.pipeline(), this) : null;
        inPlace = compression == null && !tls;
        decoder.begin(ctx.alloc(), tls);
        ctx.channel().config().setAutoRead(false);
        receiveBuffers.setSource(this);
        ctx.read();
    }

    /** Sends one packet with sequence id 0, as each command of clone mode and of SQL starts. Thread-safe. */
    public ChannelFuture send(Consumer<ByteBuf> payload) {
        return PacketWriter.write(context.channel(), context.alloc(), 0, payload);
    }

    /** Sets the destination of blocks. Without a sink a block is an error. */
    public void setSink(DataSink sink) {
        decoder.setSink(sink);
    }

    /** Switches to SQL answers: the connection has left clone mode. */
    public void leaveCloneMode() {
        decoder.leaveCloneMode();
    }

    public void pause(Pause reason) {
        pauses |= reason.mask();
    }

    /** Ends a pause. Reading continues if no other pause is in force. */
    public void resume(Pause reason) {
        if ((pauses & reason.mask()) == 0) {
            return;
        }
        pauses &= ~reason.mask();
        if (pauses == 0 && !decoding && !closed) {
            try {
                decodePending();
                reportReceived();
            } catch (RuntimeException e) {
                close(e);
            }
            if (isReading()) {
                context.read();
            }
        }
    }

    /** Returns whether data is expected from the peer: not paused and still open. */
    public boolean isReading() {
        return pauses == 0 && !closed;
    }

    @Override
    public boolean isPaused() {
        return pauses != 0;
    }

    @Override
    public ByteBuf directBuffer() {
        return inPlace ? restOfBlock() : null;
    }

    @Override
    public ByteBuf decryptionBuffer() {
        return pauses == 0 ? restOfBlock() : null; // the input is larger than what ends with a pause
    }

    private ByteBuf restOfBlock() {
        int wanted = decoder.dataWanted();
        if (closed || wanted < MIN_DIRECT_BYTES || !pending.isEmpty()) {
            return null;
        }
        ByteBuf buffer = decoder.dataBuffer();
        int room = Math.min(buffer.writableBytes(), wanted);
        if (room < MIN_DIRECT_BYTES) {
            return null;
        }
        direct = buffer.retainedSlice(buffer.writerIndex(), room).clear();
        return direct;
    }

    @Override
    public int scratchBytes() {
        return hasLargeBlocks() && inPlace ? SMALL_SCRATCH_BYTES : LARGE_SCRATCH_BYTES;
    }

    @Override
    public int decryptedBytes(int most) {
        boolean aBlockFollows = hasLargeBlocks() && pauses == 0;
        return aBlockFollows ? Math.min(most, SMALL_SCRATCH_BYTES) : most;
    }

    private boolean hasLargeBlocks() {
        return decoder.lastBlockBytes() > LARGE_SCRATCH_BYTES;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object received) {
        receive((ByteBuf) received);
        if (decryption != null) {
            decryption.taken();
        }
    }

    @SuppressWarnings("ReferenceEquality") // compares identity with the offered buffer
    private void receive(ByteBuf in) {
        if (closed) {
            discard(in);
        } else if (in == direct) {
            int count = in.readableBytes();
            direct = null;
            in.release();
            receivedInPlace(count);
            reportReceived();
        } else {
            pending.add(in);
            decodePending();
            reportReceived();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        direct = null;
        if (isReading()) {
            ctx.read();
        }
    }

    /** Called after each of several reads in a row, so that a bandwidth limit ends the row. */
    private void reportReceived() {
        long network = decoder.takeReceivedNetwork();
        if (network > 0 && !closed) { // includes data
            listener.onReceived(
                    decoder.takeReceivedData(), compression == null ? network : compression.takeReceivedBytes());
        }
    }

    private void receivedInPlace(int count) {
        decoding = true;
        try {
            decoder.receivedInPlace(count);
        } finally {
            decoding = false;
        }
    }

    private void decodePending() {
        decoding = true;
        try {
            while (pauses == 0 && !closed && !pending.isEmpty()) {
                ByteBuf in = pending.peek();
                while (pauses == 0 && !closed && in.isReadable()) {
                    decoder.decode(in);
                }
                if (!in.isReadable()) {
                    pending.poll().release();
                }
            }
        } finally {
            decoding = false;
        }
    }

    /** Releases unread input after wiping it, because decrypted input may contain a key. */
    private void discard(ByteBuf in) {
        if (tls) {
            in.setZero(in.readerIndex(), in.readableBytes());
        }
        in.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        close(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(new ClosedChannelException());
    }

    private void close(Throwable cause) {
        if (closed) {
            return;
        }
        closed = true;
        pending.forEach(this::discard);
        pending.clear();
        decoder.close();
        listener.onClosed(cause); // before the peer, and then our other connections, notice
        context.close();
    }
}
