package org.jclone.recipient.apply;

import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.page.ChunkGeometry;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * How the blocks of one state follow from what the donor announced: from the start of the state, and from its files.
 *
 * <pre>
 * state      chunks of                      blocks of a chunk
 * FILE COPY  each file, one after the other 64 pages each, the last one of a file shorter
 * PAGE COPY  all pages                      one page each; those of a dropped file are left out
 * REDO COPY  each file, one after the other as FILE COPY, behind the header in the first file
 *            header of file 0               one
 *            end of the log                 one
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 4.1, 4.5, 5 and 6.1.
 *
 * @param start of the state, as the main connection brought it
 * @param pageSize the donor's {@code innodb_page_size}
 */
record BlockOrder(StateDescriptor start, int pageSize) {

    /** Behind the chunks of the files: header and end of the log. */
    private static final int REDO_EXTRAS = 2;

    /**
     * Says how many blocks the chunk of {@code block} has.
     *
     * @throws MalformedPacketException if the block is not where its numbers say
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

    /** What a redo file holds is told with its blocks: its announcement has the size that it gets in the end. */
    private int blocksOfRedo(DataDescriptor block, TargetFile file) {
        long chunk = block.chunk() - file.announced().firstChunk();
        boolean hasHeader = block.fileIndex() > 0;
        if (chunk < 0 || hasHeader && block.fileOffset() != geometry().blockOffset(chunk, block.block())) {
            throw malformed("chunk", 20, block.chunk(), "one of " + file.displayName());
        }
        long begin = Math.max(0, block.fileOffset() - geometry().blockOffset(chunk, block.block()));
        return blocks(block, chunk, begin, block.fileSize());
    }

    /** @param begin where the first chunk of the file begins */
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

    /** Of a chunk of PAGE COPY. */
    long pagesOf(long chunk) {
        return Math.min(ChunkGeometry.PAGES_PER_CHUNK, start.fileCount() - (chunk - 1) * ChunkGeometry.PAGES_PER_CHUNK);
    }

    /** Chunks of a data file that FILE COPY brings. */
    long chunksOf(FileDescriptor announced) {
        return geometry().chunkCount(announced.fileSize());
    }

    /** Of a chunk of FILE COPY. */
    long blocksOf(FileDescriptor announced, long chunk) {
        return geometry().blockCount(chunk - announced.firstChunk(), announced.fileSize());
    }

    /** Of a chunk of REDO COPY, as far as that was announced; else -1. */
    long blocksOfRedo(long chunk) {
        return chunk > start.chunkCount() - REDO_EXTRAS ? 1 : -1;
    }

    /** Where a block of FILE COPY belongs in its file. */
    long offset(FileDescriptor announced, long chunk, long block) {
        return geometry().blockOffset(chunk - announced.firstChunk(), block);
    }

    /**
     * Whether a chunk of REDO COPY may be empty: the one of a log that fits into its last block, for which there is a
     * chunk all the same.
     *
     * @param end the block with the end of the log, null if another process received it
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
