package org.jclone.recipient.apply;

import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.page.ChunkGeometry;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Derives the expected blocks of a state from the donor's announcements: the start of the state and its files.
 *
 * <pre>
 * state      chunks of                      blocks of a chunk
 * FILE COPY  each file in turn              64 pages each, the last one of a file shorter
 * PAGE COPY  all pages                      one page each, without those of dropped files
 * REDO COPY  each file in turn              as FILE COPY, after the header in the first file
 *            header of file 0               one
 *            end of the log                 one
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 4.1, 4.5, 5 and 6.1.
 *
 * @param start start of the state, as received on the main connection
 * @param pageSize the donor's {@code innodb_page_size}
 */
record BlockOrder(StateDescriptor start, int pageSize) {

    /** Chunks after those of the files: header and end of the log. */
    private static final int REDO_EXTRAS = 2;

    /**
     * Returns the number of blocks in the chunk of {@code block}.
     *
     * @throws MalformedPacketException if the block's position does not match its numbers
     */
    int blocksOfChunk(DataDescriptor block, TargetFile file) {
        if (block.chunk() < 1 || block.chunk() > start.chunkCount()) {
            throw malformed("chunk", 20, block.chunk(), "1 to " + start.chunkCount());
        }
        long blocks = switch (block.state()) {
            case FILE_COPY -> blocksOfFile(block, file);
            case PAGE_COPY -> pagesOf(block.chunk());
            case REDO_COPY -> block.chunk() > start.chunkCount() - REDO_EXTRAS ? 1 : blocksOfRedo(block, file);
            case NONE, INIT, DONE -> 0;
        };
        if (block.block() < 1 || block.block() > blocks) {
            throw malformed("block", 24, block.block(), "1 to " + blocks + " in chunk " + block.chunk());
        }
        return (int) blocks;
    }

    private int blocksOfFile(DataDescriptor block, TargetFile file) {
        FileDescriptor announced = file.announced();
        long chunk = block.chunk() - announced.firstChunk();
        long size = announced.fileSize();
        if (chunk < 0 || chunk >= geometry().chunkCount(size)) {
            throw malformed("chunk", 20, block.chunk(), "one of " + file.displayName());
        }
        return blocks(block, chunk, 0, size);
    }

    /** The blocks of a redo file tell how much of it is used; its announcement has the final size of the file. */
    private int blocksOfRedo(DataDescriptor block, TargetFile file) {
        long chunk = block.chunk() - file.announced().firstChunk();
        boolean hasHeader = block.fileIndex() > 0;
        if (chunk < 0 || hasHeader && block.fileOffset() != geometry().blockOffset(chunk, block.block())) {
            throw malformed("chunk", 20, block.chunk(), "one of " + file.displayName());
        }
        long begin = Math.max(0, block.fileOffset() - geometry().blockOffset(chunk, block.block()));
        return blocks(block, chunk, begin, block.fileSize());
    }

    /** @param begin offset of the file's first chunk */
    private int blocks(DataDescriptor block, long chunk, long begin, long end) {
        int count = geometry().blockCount(chunk, end - begin);
        long offset = begin + geometry().blockOffset(chunk, block.block());
        if (block.fileOffset() != offset) {
            throw malformed("fileOffset", 36, block.fileOffset(), offset + " for block " + block.block());
        }
        long length = Math.min(geometry().blockBytes(), end - offset);
        if (block.block() <= count && block.dataLength() != length) {
            throw malformed("dataLength", 32, block.dataLength(), Long.toString(length));
        }
        return count;
    }

    /** Returns the number of blocks in a chunk of PAGE COPY. */
    long pagesOf(long chunk) {
        return Math.min(ChunkGeometry.PAGES_PER_CHUNK, start.fileCount() - (chunk - 1) * ChunkGeometry.PAGES_PER_CHUNK);
    }

    /** Returns the number of chunks of a data file in FILE COPY. */
    long chunksOf(FileDescriptor announced) {
        return geometry().chunkCount(announced.fileSize());
    }

    /** Returns the number of blocks in a chunk of FILE COPY. */
    long blocksOf(FileDescriptor announced, long chunk) {
        return geometry().blockCount(chunk - announced.firstChunk(), announced.fileSize());
    }

    /** Returns the number of blocks in a chunk of REDO COPY if it was announced, otherwise -1. */
    long blocksOfRedo(long chunk) {
        return chunk > start.chunkCount() - REDO_EXTRAS ? 1 : -1;
    }

    /** Returns the offset of a FILE COPY block in its file. */
    long offset(FileDescriptor announced, long chunk, long block) {
        return geometry().blockOffset(chunk - announced.firstChunk(), block);
    }

    /**
     * Whether a chunk of REDO COPY may be empty. A log that fits into its last block still has a chunk.
     *
     * @param end the block with the end of the log; null if an earlier process received it
     */
    boolean mayBeEmpty(long chunk, DataDescriptor end) {
        boolean only = start.state() == SnapshotState.REDO_COPY && chunk == 1 && start.chunkCount() == 1 + REDO_EXTRAS;
        return only && (end == null || end.fileSize() == 0 || end.fileOffset() == RedoHeader.LENGTH);
    }

    private ChunkGeometry geometry() {
        return new ChunkGeometry(pageSize);
    }

    static MalformedPacketException malformed(String field, int offset, long found, String expected) {
        return new MalformedPacketException("DataDescriptor", field, offset, found + " (expected: " + expected + ')');
    }
}
