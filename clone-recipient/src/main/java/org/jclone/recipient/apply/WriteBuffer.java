package org.jclone.recipient.apply;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.storage.DirectIo;

/**
 * One MiB of aligned memory outside the heap, holding runs of bytes to be written to files.
 */
final class WriteBuffer {

    static final int CAPACITY = 1 << 20;

    /** A run of bytes for one position in one file. */
    static final class Segment {

        final TargetFile file;
        final long fileOffset;
        final int bufferOffset;
        final boolean firstCopy;
        int length;

        private Segment(TargetFile file, long fileOffset, int bufferOffset, boolean firstCopy) {
            this.file = file;
            this.fileOffset = fileOffset;
            this.bufferOffset = bufferOffset;
            this.firstCopy = firstCopy;
        }
    }

    private final ByteBuffer memory;
    private final ByteBuf bytes;
    private final List<Segment> segments = new ArrayList<>();
    private int markedSegments;
    private int markedLength;

    WriteBuffer(BlockMemory blocks) {
        memory = blocks.take(CAPACITY);
        bytes = Unpooled.wrappedBuffer(memory).clear();
    }

    /** Returns the memory to append to, which is shared with {@link #bytesOf}. */
    ByteBuf bytes() {
        return bytes;
    }

    List<Segment> segments() {
        return segments;
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    boolean isFull() {
        return !bytes.isWritable();
    }

    /** Whether this number of bytes fits for any position in any file. */
    boolean hasRoomFor(long length) {
        return bytes.writerIndex() + DirectIo.ALIGNMENT + length <= CAPACITY;
    }

    /**
     * Assigns the bytes appended next to {@code fileOffset} of {@code file}; extends the last run if they are contiguous, otherwise starts a run at the next aligned position.
     *
     * @param firstCopy whether the bytes belong to FILE COPY
     * @return null if no aligned space is left
     */
    Segment beginSegment(TargetFile file, long fileOffset, boolean firstCopy) {
        if (!segments.isEmpty()) {
            Segment last = segments.get(segments.size() - 1);
            boolean follows = last.file == file
                    && last.fileOffset + last.length == fileOffset
                    && last.bufferOffset + last.length == bytes.writerIndex();
            if (follows && !isFull()) {
                return last;
            }
        }
        int start = (bytes.writerIndex() + DirectIo.ALIGNMENT - 1) / DirectIo.ALIGNMENT * DirectIo.ALIGNMENT;
        if (start >= CAPACITY) {
            return null;
        }
        bytes.writerIndex(start);
        Segment segment = new Segment(file, fileOffset, start, firstCopy);
        segments.add(segment);
        return segment;
    }

    /** Returns the memory of {@code length} bytes from {@code offset}. */
    ByteBuffer bytesOf(int offset, int length) {
        return memory.duplicate().position(offset).limit(offset + length);
    }

    /** Remembers the current content for {@link #reset}. */
    void mark() {
        markedSegments = segments.size();
        markedLength = segments.isEmpty() ? 0 : segments.get(markedSegments - 1).length;
    }

    /** Discards everything appended since {@link #mark} or {@link #clear}. */
    void reset() {
        segments.subList(markedSegments, segments.size()).clear();
        if (!segments.isEmpty()) {
            segments.get(markedSegments - 1).length = markedLength;
        }
    }

    void clear() {
        bytes.clear();
        segments.clear();
        mark();
    }
}
