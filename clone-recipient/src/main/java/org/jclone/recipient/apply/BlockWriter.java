package org.jclone.recipient.apply;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.netty.DataSink;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.WriteBuffer.Segment;

/**
 * Takes in the blocks of one connection and writes them, a buffer at a time. Blocks that follow each other in a file share
 * a buffer, small ones too.
 *
 * <p>Belongs to the connection's event loop and writes on it: while the device is busy the kernel goes on receiving into
 * the socket's buffer, and the other connections have loops of their own. Handing buffers to threads for writing was
 * measured, and cost a third more CPU for nothing; see docs/architecture.md.
 */
public final class BlockWriter implements DataSink {

    /** A block of this size begins a buffer, so that its write is one piece. */
    private static final int LARGE_BLOCK_BYTES = WriteBuffer.CAPACITY / 2;

    private final FileTable files;
    private final SegmentWriter writer;
    private final Consumer<StorageException> onFailure;
    private final WriteBuffer buffer = new WriteBuffer();

    private Segment segment;
    private TargetFile file;
    private long fileOffset;
    private boolean firstCopy;
    private boolean failed;

    /** @param onFailure called once, with the first failure of a write; what comes after it is thrown away */
    public BlockWriter(FileTable files, SegmentWriter writer, Consumer<StorageException> onFailure) {
        this.files = files;
        this.writer = writer;
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
        if (!buffer.isEmpty() && block.dataLength() >= LARGE_BLOCK_BYTES) {
            write();
        }
        segment = null;
    }

    @Override
    public ByteBuf buffer() {
        if (segment == null) {
            segment = buffer.beginSegment(file, fileOffset, firstCopy);
        }
        if (segment == null) {
            write();
            segment = buffer.beginSegment(file, fileOffset, firstCopy);
        }
        return buffer.bytes();
    }

    @Override
    public void received(int count) {
        segment.length += count;
        fileOffset += count;
        if (buffer.isFull()) {
            write();
        }
    }

    @Override
    public void end() {
        segment = null;
        file = null;
    }

    /** Writes what is left; false if this or an earlier write has failed. */
    public boolean flush() {
        write();
        return !failed;
    }

    private void write() {
        try {
            if (!failed) {
                writer.write(buffer);
            }
        } catch (StorageException e) {
            failed = true;
            onFailure.accept(e);
        } finally {
            buffer.clear();
            segment = null;
        }
    }
}
