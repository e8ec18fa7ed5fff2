package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;

/** An embedded channel that knows how much memory its buffers take, so that a test can end by asking for nothing. */
final class CountedChannel extends EmbeddedChannel {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    CountedChannel(ChannelHandler... handlers) {
        config().setAllocator(allocator);
        pipeline().addLast(handlers);
    }

    /** Receives {@code bytes} in a buffer of this channel. */
    void receive(byte[] bytes) {
        receive(bytes, 0, bytes.length);
    }

    void receive(byte[] bytes, int offset, int length) {
        ByteBuf buffer = allocator.heapBuffer(length).writeBytes(bytes, offset, length);
        writeInbound(buffer);
    }

    void receiveOneByteAtATime(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            receive(bytes, i, 1);
        }
    }

    /** Closes; nothing may be left over, and every buffer must have been released. */
    void finishWithoutLeak() {
        assertThat(finish()).as("anything left in or out").isFalse();
        assertAllReleased();
    }

    void assertAllReleased() {
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("bytes not released")
                .isZero();
    }
}
