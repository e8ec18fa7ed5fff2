package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/**
 * An embedded channel that counts read requests and the memory of its buffers, so that a test can check that none is
 * left.
 */
final class CountedChannel extends EmbeddedChannel {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private int reads;

    CountedChannel(ChannelHandler... handlers) {
        config().setAllocator(allocator);
        pipeline().addLast(new TaskRunner());
        pipeline().addLast(handlers);
    }

    @Override
    protected void doBeginRead() {
        reads++;
    }

    /** Returns the number of read requests since the last call. */
    int takeReads() {
        int taken = reads;
        reads = 0;
        return taken;
    }

    UnpooledByteBufAllocator allocator() {
        return allocator;
    }

    /** Receives {@code bytes} in a buffer of this channel. */
    void receive(byte[] bytes) {
        receive(bytes, 0, bytes.length);
    }

    void receive(byte[] bytes, int offset, int length) {
        ByteBuf buffer = allocator.heapBuffer(length).writeBytes(bytes, offset, length);
        duringARead(() -> {
            pipeline().fireChannelRead(buffer);
            if (!isOpen()) { // a real channel reports this after closing too; an embedded one does not
                pipeline().fireChannelReadComplete();
            }
        });
    }

    /** Runs {@code task} during a read of the channel, so that the consequences of closing it follow afterwards. */
    void duringARead(Runnable task) {
        writeInbound(task);
    }

    void receiveOneByteAtATime(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            receive(bytes, i, 1);
        }
    }

    /** Closes the channel and checks that nothing is left over and every buffer was released. */
    void finishWithoutLeak() {
        assertThat(finish()).as("anything left in or out").isFalse();
        assertAllReleased();
    }

    void assertAllReleased() {
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("bytes not released")
                .isZero();
    }

    private static final class TaskRunner extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Runnable task) {
                task.run();
            } else {
                ctx.fireChannelRead(message);
            }
        }
    }
}
