package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/** Keeps blocks in memory, in direct buffers of one size. */
final class MemorySink implements DataSink {

    final List<DataDescriptor> begun = new ArrayList<>();
    final List<byte[]> ended = new ArrayList<>();

    boolean secret;
    int abandoned;

    /** Buffers that somebody else still held when they were full. */
    int stillHeld;

    /** Buffers whose bytes had changed when they were full. */
    int changed;

    Runnable whenBegun = () -> {};
    Runnable whenReceived = () -> {};
    Runnable whenEnded = () -> {};

    private final ByteBufAllocator allocator;
    private final int capacity;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final ByteArrayOutputStream contentOfBuffer = new ByteArrayOutputStream();
    private ByteBuf current;

    MemorySink(ByteBufAllocator allocator, int capacity) {
        this.allocator = allocator;
        this.capacity = capacity;
    }

    @Override
    public void begin(DataDescriptor block) {
        begun.add(block);
        whenBegun.run();
    }

    @Override
    public ByteBuf buffer() {
        if (current == null) {
            current = allocator.directBuffer(capacity, capacity);
        }
        return current;
    }

    @Override
    public void received(int count) {
        byte[] bytes = new byte[count];
        current.getBytes(current.writerIndex() - count, bytes);
        content.writeBytes(bytes);
        contentOfBuffer.writeBytes(bytes);
        if (!current.isWritable()) {
            release();
        }
        whenReceived.run();
    }

    @Override
    public boolean isSecret() {
        return secret;
    }

    @Override
    public void end() {
        ended.add(content.toByteArray());
        content.reset();
        whenEnded.run();
    }

    @Override
    public void abandon() {
        abandoned++;
    }

    /** Returns the number of bytes received of the current block. */
    int bytesOfCurrentBlock() {
        return content.size();
    }

    /** Releases the current buffer. */
    void release() {
        if (current != null) {
            changed += Arrays.equals(ByteBufUtil.getBytes(current), contentOfBuffer.toByteArray()) ? 0 : 1;
            contentOfBuffer.reset();
            stillHeld += current.release() ? 0 : 1;
            current = null;
        }
    }
}
