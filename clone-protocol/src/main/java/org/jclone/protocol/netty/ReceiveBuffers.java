package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Chooses the buffers into which a channel receives. In the middle of a block it offers the rest of the block's own
 * buffer, so that the kernel copies each byte to its final place. Otherwise a small scratch buffer receives packet
 * headers and descriptors. One object serves one channel.
 */
public final class ReceiveBuffers implements RecvByteBufAllocator {

    /** The maximum number of reads before the event loop does other work. */
    private static final int MAX_READS = 16;

    private static final int DEFAULT_SCRATCH_BYTES = 64 << 10;

    /** Provides the buffers. {@link CloneStreamDecoder} implements it. */
    interface Source {

        /** Returns a buffer to receive into, or null for a scratch buffer. */
        ByteBuf directBuffer();

        int scratchBytes();

        /** Returns a buffer to decrypt into, or null for a scratch buffer. */
        ByteBuf decryptionBuffer();

        /** Returns the size of a scratch buffer to decrypt into, at most {@code most}. */
        int decryptedBytes(int most);

        boolean isPaused();
    }

    private Source source;

    void setSource(Source source) {
        this.source = source;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new ReceiveHandle();
    }

    private final class ReceiveHandle implements ExtendedHandle {

        private int reads;
        private int lastBytes;
        private int attemptedBytes;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf direct = source == null ? null : source.directBuffer();
            return direct != null ? direct : allocator.ioBuffer(guess());
        }

        @Override
        public int guess() {
            return source == null ? DEFAULT_SCRATCH_BYTES : source.scratchBytes();
        }

        @Override
        public void reset(ChannelConfig config) {
            reads = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += count;
        }

        @Override
        public void lastBytesRead(int bytes) {
            lastBytes = bytes;
        }

        @Override
        public int lastBytesRead() {
            return lastBytes;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytes = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytes;
        }

        @Override
        public boolean continueReading() {
            return reads < MAX_READS && lastBytes == attemptedBytes && (source == null || !source.isPaused());
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mightHaveMore) {
            return reads < MAX_READS && mightHaveMore.get() && (source == null || !source.isPaused());
        }

        @Override
        public void readComplete() {}
    }
}
