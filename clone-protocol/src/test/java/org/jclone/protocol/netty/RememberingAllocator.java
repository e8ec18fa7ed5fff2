package org.jclone.protocol.netty;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps the memory of all buffers it allocated, so that a test can inspect it after their release. */
final class RememberingAllocator extends AbstractByteBufAllocator {

    private final List<ByteBuffer> memory = new ArrayList<>();

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity) {
            @Override
            protected byte[] allocateArray(int length) {
                byte[] array = super.allocateArray(length);
                memory.add(ByteBuffer.wrap(array));
                return array;
            }
        };
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(initialCapacity);
        memory.add(bytes);
        // The buffer must not grow: its new memory would not be recorded.
        return new UnpooledDirectByteBuf(this, bytes, initialCapacity) {}.clear();
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    /** Returns the number of buffers allocated. */
    int buffers() {
        return memory.size();
    }

    void forget() {
        memory.clear();
    }

    /** Returns whether any four consecutive bytes of {@code secret} are left in memory. */
    boolean holdsPartOf(byte... secret) {
        ByteBuffer wanted = ByteBuffer.wrap(secret);
        Set<Integer> parts = new HashSet<>();
        for (int at = 0; at + Integer.BYTES <= secret.length; at++) {
            parts.add(wanted.getInt(at));
        }
        return memory.stream().anyMatch(bytes -> holdsAny(bytes, parts));
    }

    private static boolean holdsAny(ByteBuffer bytes, Set<Integer> parts) {
        for (int at = 0; at + Integer.BYTES <= bytes.capacity(); at++) {
            if (parts.contains(bytes.getInt(at))) {
                return true;
            }
        }
        return false;
    }
}
