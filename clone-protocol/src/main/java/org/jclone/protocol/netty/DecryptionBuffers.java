package org.jclone.protocol.netty;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;

/**
 * Lets OpenSSL decrypt the bytes of a block into the block's own buffer, which saves a copy of each byte.
 *
 * <pre>
 *  socket ──► DecryptionBuffers ──► SslHandler ──► CloneStreamDecoder
 * </pre>
 *
 * <p>{@link SslHandler} decrypts into a buffer of the channel's allocator and passes it on at once. While it handles
 * input, the allocator of this class returns what the {@link ReceiveBuffers.Source} offers instead. OpenSSL fills a buffer of
 * any size and keeps the rest of the record; the JDK's TLS needs room for a whole record, so it is left alone.
 *
 * <p>It does so for one allocation at the beginning of input, and for one each time that decrypted bytes have been taken.
 * Thus no two buffers share memory, and an engine that needs more room, as one that decrypts single records, gets it next.
 */
final class DecryptionBuffers extends ChannelDuplexHandler {

    private final ReceiveBuffers.Source source;
    private EventExecutor eventLoop;
    private boolean decrypting;
    private boolean decryptsNext;
    private ByteBuf offered;

    private DecryptionBuffers(ReceiveBuffers.Source source) {
        this.source = source;
    }

    /** Returns null if the TLS in use cannot decrypt into the buffers of {@code source}. */
    static DecryptionBuffers install(ChannelPipeline pipeline, ReceiveBuffers.Source source) {
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        if (tls == null || !(((SslHandler) tls.handler()).engine() instanceof ReferenceCountedOpenSslEngine)) {
            return null;
        }
        DecryptionBuffers buffers = new DecryptionBuffers(source);
        pipeline.addBefore(tls.name(), null, buffers);
        pipeline.channel().config().setAllocator(buffers.new Allocator());
        return buffers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        eventLoop = ctx.executor();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object encrypted) {
        decrypting = true;
        decryptsNext = true;
        try {
            ctx.fireChannelRead(encrypted);
        } finally {
            decrypting = false;
            decryptsNext = false;
            offered = null;
        }
    }

    /** Called when the source has taken decrypted bytes and allocates nothing more because of them. */
    void taken() {
        decryptsNext = decrypting;
    }

    /** Copies an answer that TLS itself gives while it handles input, such as one to its end: the block needs its memory. */
    @Override
    @SuppressWarnings("ReferenceEquality") // compares identity with the offered buffer
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message != offered || offered == null) {
            ctx.write(message, promise);
            return;
        }
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(offered.readableBytes());
        copy.writeBytes(offered);
        offered.release();
        offered = null;
        ctx.write(copy, promise);
    }

    /** Returns whether this allocation is one to decrypt into. Other threads allocate what they send. */
    private boolean takeDecryptsNext() {
        if (!eventLoop.inEventLoop() || !decryptsNext) {
            return false;
        }
        decryptsNext = false;
        return true;
    }

    private final class Allocator extends AbstractByteBufAllocator {

        Allocator() {
            super(true);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return PooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            if (!takeDecryptsNext()) {
                return PooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
            }
            ByteBuf offer = source.decryptionBuffer();
            if (offer == null) {
                return PooledByteBufAllocator.DEFAULT.directBuffer(source.decryptedBytes(initialCapacity), maxCapacity);
            }
            offered = offer;
            return offer;
        }

        @Override
        public boolean isDirectBufferPooled() {
            return PooledByteBufAllocator.DEFAULT.isDirectBufferPooled();
        }
    }
}
