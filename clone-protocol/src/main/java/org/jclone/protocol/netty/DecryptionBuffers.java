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
 */
final class DecryptionBuffers extends ChannelDuplexHandler {

    private final ReceiveBuffers.Source source;
    private EventExecutor eventLoop;
    private boolean decrypting;
    private ByteBuf offered;

    private DecryptionBuffers(ReceiveBuffers.Source source) {
        this.source = source;
    }

    /** Returns whether the bytes of blocks are from now on decrypted into the buffers of {@code source}. */
    static boolean install(ChannelPipeline pipeline, ReceiveBuffers.Source source) {
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        if (tls == null || !(((SslHandler) tls.handler()).engine() instanceof ReferenceCountedOpenSslEngine)) {
            return false;
        }
        DecryptionBuffers buffers = new DecryptionBuffers(source);
        pipeline.addBefore(tls.name(), null, buffers);
        pipeline.channel().config().setAllocator(buffers.new Allocator());
        return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        eventLoop = ctx.executor();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object encrypted) {
        decrypting = true;
        try {
            ctx.fireChannelRead(encrypted);
        } finally {
            decrypting = false;
            offered = null;
        }
    }

    /** Copies an answer that TLS itself gives while it handles input, such as one to new keys: the block needs its memory. */
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

    /** Other threads allocate what they send. */
    private boolean isDecrypting() {
        return eventLoop.inEventLoop() && decrypting;
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
            ByteBuf offer = isDecrypting() ? source.decryptionBuffer() : null;
            if (offer == null) {
                int capacity = isDecrypting() ? source.decryptedBytes(initialCapacity) : initialCapacity;
                return PooledByteBufAllocator.DEFAULT.directBuffer(capacity, maxCapacity);
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
