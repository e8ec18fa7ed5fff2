package org.jclone.recipient.apply;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.Secrets;
import org.jclone.protocol.netty.DataSink;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.ChunkMap.Run;
import org.jclone.recipient.apply.WriteBuffer.Segment;

/**
 * Receives the blocks of one connection and writes them, one buffer at a time. Blocks that are contiguous in a file
 * share a buffer.
 *
 * <p>Runs and writes on the connection's event loop: while the device is busy, the kernel continues to receive into the
 * socket's buffer, and other connections have their own loops. Handing buffers to writer threads costs a third more CPU
 * and gains nothing; see docs/decisions.
 */
public final class BlockWriter implements DataSink {

    /** A block of at least this size starts a new buffer, so that it is written in one piece. */
    private static final int LARGE_BLOCK_BYTES = WriteBuffer.CAPACITY / 2;

    /** Pages with a multiple of this size must not be split over two buffers, because they could not be verified. */
    private static final int SMALLEST_PAGE = 1024;

    /** Limit of blocks recorded before a write, if a buffer holds more of them. */
    private static final int MAX_ARRIVED = 4096;

    private final FileTable files;
    private final SegmentWriter writer;
    private final KeyBlocks keyBlocks;
    private final ChunkMap chunks;
    private final Consumer<CloneException> onFailure;
    private final WriteBuffer buffer;

    /** Complete blocks, either in the buffer or written. */
    private final Deque<Run> arrived = new ArrayDeque<>();

    private DataDescriptor current;
    private int blocksOfChunk;
    private Segment segment;
    private TargetFile file;
    private long fileOffset;
    private boolean firstCopy;

    /** Bytes at the beginning of the block that may hold a key in plain text; 0 once it is wrapped. */
    private int headLength;

    private boolean failed;

    /**
     * @param chunks receives each block as soon as it is written
     * @param onFailure called once, with the first failure; later data is discarded
     */
    public BlockWriter(
            FileTable files,
            SegmentWriter writer,
            KeyBlocks keyBlocks,
            ChunkMap chunks,
            Consumer<CloneException> onFailure) {
        this.files = files;
        this.writer = writer;
        this.keyBlocks = keyBlocks;
        this.chunks = chunks;
        this.onFailure = onFailure;
        buffer = writer.newBuffer();
    }

    @Override
    public void begin(DataDescriptor block) {
        TargetFile target = files.fileOf(block);
        boolean sameState = current != null && current.state() == block.state();
        blocksOfChunk = chunks.expect(block, target, sameState ? current : null);
        current = block;
        fileOffset = block.fileOffset();
        firstCopy = block.state() == SnapshotState.FILE_COPY;
        int head = keyBlocks.headLength(target, block);
        if (block.state() == SnapshotState.PAGE_COPY && fileOffset == 0 && block.fileSize() > target.size()) {
            files.raiseSpaceSize((int) block.fileIndex(), block.fileSize());
        }
        boolean pages = block.dataLength() % SMALLEST_PAGE == 0;
        boolean large = block.dataLength() >= LARGE_BLOCK_BYTES;
        boolean splits = pages && !buffer.hasRoomFor(block.dataLength()) || head > 0 && !buffer.hasRoomFor(head);
        if (!buffer.isEmpty() && (large || splits)) {
            write();
        }
        buffer.mark();
        file = target; // from here on there is something to abandon
        segment = null;
        headLength = head;
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
        if (headLength > 0 && segment.length >= headLength) {
            wrapKey();
        }
        if (buffer.isFull()) {
            write();
        }
    }

    @Override
    public boolean isSecret() {
        return headLength > 0;
    }

    @Override
    public void end() {
        segment = null;
        file = null;
        arrived.add(run(arrived.peekLast()));
        if (buffer.isEmpty()) {
            report();
        } else if (arrived.size() >= MAX_ARRIVED) {
            write();
        }
    }

    /** Records a complete block, merged with the previous run if it continues that. */
    private Run run(Run before) {
        long first = current.block();
        if (before != null && before.chunk() == current.chunk() && before.last() + 1 == first) {
            first = before.first();
            arrived.removeLast();
        }
        return new Run(current.chunk(), first, current.block(), blocksOfChunk);
    }

    /** Writes the rest of the buffer; false if this or an earlier write failed. */
    public boolean flush() {
        write();
        return !failed;
    }

    /** Writes the rest of the buffer without an incomplete block, after the last data has arrived. */
    public void writeWhole() {
        abandon();
        write();
    }

    @Override
    public void abandon() {
        if (file == null) {
            return;
        }
        if (headLength > 0 && segment != null) {
            Secrets.wipe(buffer.bytesOf(segment.bufferOffset, segment.length), segment.bufferOffset, segment.length);
        }
        headLength = 0;
        segment = null;
        file = null;
        buffer.reset();
    }

    /** Returns the segment of a block with a key; such a block starts its segment. */
    private void wrapKey() {
        ByteBuffer head = buffer.bytesOf(segment.bufferOffset, headLength);
        boolean safe = false;
        try {
            if (!failed) {
                keyBlocks.wrap(file, current.state(), head);
                safe = true;
            }
        } catch (CloneException e) {
            fail(e);
        } finally {
            if (!safe) {
                Secrets.wipe(head, head.position(), headLength);
            }
            headLength = 0;
        }
    }

    private void write() {
        try {
            if (!failed) {
                writer.write(buffer);
                report();
            }
        } catch (StorageException e) {
            fail(e);
        } finally {
            buffer.clear();
            segment = null;
        }
    }

    private void fail(CloneException cause) {
        failed = true;
        onFailure.accept(cause);
    }

    /**
     * Reports the complete blocks as written. All of them are, because a block is recorded before the write that
     * contains its end.
     */
    private void report() {
        for (Run run = arrived.poll(); run != null && !failed; run = arrived.poll()) {
            chunks.written(run);
        }
    }
}
