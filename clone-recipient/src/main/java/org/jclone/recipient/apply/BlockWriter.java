package org.jclone.recipient.apply;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.netty.DataSink;
import org.jclone.recipient.apply.WriteBuffer.Segment;

/**
 * Takes in the blocks of one connection and passes them to the {@link WriterPool}, buffer by buffer: while one is on its way
 * to the device the next is filling. Blocks that follow each other in a file share a buffer, small ones too.
 *
 * <p>Belongs to the connection's event loop. Memory is {@link #MAX_BUFFERS} buffers a connection, whatever comes.
 */
public final class BlockWriter implements DataSink {

    static final int MAX_BUFFERS = 3;

    /** A block of this size gets a buffer of its own, so that its write is one piece. */
    private static final int LARGE_BLOCK_BYTES = WriteBuffer.CAPACITY / 2;

    private final FileTable files;
    private final WriterPool.Writer device;
    private final Runnable onBufferFree;
    private final Consumer<Throwable> onFailure;

    private final Deque<WriteBuffer> free = new ArrayDeque<>();
    private int allocated;
    private int underWay;
    private WriteBuffer current;
    private Segment segment;
    private TargetFile file;
    private long fileOffset;
    private boolean firstCopy;
    private Runnable onDrained;
    private boolean failed;

    /**
     * @param eventLoop of the connection
     * @param onBufferFree called when {@link #buffer()} has something to give again
     * @param onFailure called once, with the first failure of a write
     */
    public BlockWriter(
            FileTable files,
            WriterPool writers,
            Executor eventLoop,
            Runnable onBufferFree,
            Consumer<Throwable> onFailure) {
        this.files = files;
        this.device = writers.open(eventLoop);
        this.onBufferFree = onBufferFree;
        this.onFailure = onFailure;
    }

    @Override
    public void begin(DataDescriptor block) {
        file = files.fileOf(block);
        fileOffset = block.fileOffset();
        firstCopy = block.state() == SnapshotState.FILE_COPY;
        if (block.state() == SnapshotState.PAGE_COPY && fileOffset == 0 && block.fileSize() > file.size()) {
            files.raiseSpaceSize((int) block.fileIndex(), block.fileSize());
        }
        if (current != null && !current.isEmpty() && block.dataLength() >= LARGE_BLOCK_BYTES) {
            submit();
        }
        segment = null;
    }

    @Override
    public ByteBuf buffer() {
        if (segment != null) {
            return current.bytes();
        }
        if (current != null) {
            segment = current.beginSegment(file, fileOffset, firstCopy);
            if (segment != null) {
                return current.bytes();
            }
            submit();
        }
        current = takeBuffer();
        if (current == null) {
            return null;
        }
        segment = current.beginSegment(file, fileOffset, firstCopy);
        return current.bytes();
    }

    private WriteBuffer takeBuffer() {
        WriteBuffer buffer = free.poll();
        if (buffer == null && allocated < MAX_BUFFERS) {
            allocated++;
            buffer = new WriteBuffer();
        }
        return buffer;
    }

    @Override
    public void received(int count) {
        segment.length += count;
        fileOffset += count;
        if (current.isFull()) {
            submit();
        }
    }

    @Override
    public void end() {
        segment = null;
        file = null;
    }

    private void submit() {
        WriteBuffer buffer = current;
        current = null;
        segment = null;
        underWay++;
        device.write(buffer, this::onWritten);
    }

    private void onWritten(WriteBuffer buffer, Throwable failure) {
        underWay--;
        buffer.clear();
        free.push(buffer);
        if (failure != null && !failed) {
            failed = true;
            onFailure.accept(failure);
        }
        if (failed) {
            return;
        }
        onBufferFree.run();
        if (onDrained != null && underWay == 0) {
            Runnable drained = onDrained;
            onDrained = null;
            drained.run();
        }
    }

    /** Passes on what is left and runs {@code drained} when all of it is written; never after a failure. */
    public void drain(Runnable drained) {
        if (current != null) {
            submit();
        }
        if (underWay == 0 && !failed) {
            drained.run();
        } else {
            onDrained = drained;
        }
    }
}
