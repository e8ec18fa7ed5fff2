package org.jclone.donor.source;

import java.util.ArrayList;
import java.util.List;
import org.jclone.protocol.innodb.page.ChunkGeometry;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;

/**
 * What REDO COPY sends: files that all get the same size, filled by chunks. A chunk may be empty.
 *
 * <pre>
 * chunks 1..R  archived log, file by file; the first file begins behind its header, the others have theirs in front
 * chunk  R+1   header of file 0
 * chunk  R+2   the last block of the log, partly filled
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 6.1 and 6.5.
 *
 * @param fileSize of each file
 * @param chunksOfFile how many of the first R chunks each file has
 * @param chunks the blocks of each chunk
 * @param statedFiles how many files the state descriptor says: before 8.0.30 never less than two, though metadata comes
 *     only for those with data
 */
public record RedoLog(long fileSize, List<Integer> chunksOfFile, List<List<Block>> chunks, int statedFiles) {

    public RedoLog {
        chunksOfFile = List.copyOf(chunksOfFile);
        chunks = chunks.stream().map(List::copyOf).toList();
    }

    /** Of as many files as have data. */
    public RedoLog(long fileSize, List<Integer> chunksOfFile, List<List<Block>> chunks) {
        this(fileSize, chunksOfFile, chunks, chunksOfFile.size());
    }

    /**
     * Cuts a log into chunks. A first chunk without data is that of a log that fits into one block.
     *
     * @param usedBytes of each file: its header and what follows; the last one ends with the block that is partly filled
     * @param minFiles that are stated
     */
    public static RedoLog of(long fileSize, List<Long> usedBytes, ChunkGeometry geometry, int minFiles) {
        int lastFile = usedBytes.size() - 1;
        List<List<Block>> chunks = new ArrayList<>();
        List<Integer> chunksOfFile = new ArrayList<>();
        for (int file = 0; file <= lastFile; file++) {
            int before = chunks.size();
            long end = sentBytes(usedBytes, file);
            for (long at = file == 0 ? RedoHeader.LENGTH : 0; at < end; at += geometry.chunkBytes()) {
                chunks.add(blocks(file, at, Math.min(end, at + geometry.chunkBytes()), geometry.blockBytes(), end));
            }
            if (chunks.size() == before) {
                chunks.add(List.of());
            }
            chunksOfFile.add(chunks.size() - before);
        }
        chunks.add(List.of(new Block(0, 0, RedoHeader.LENGTH, sentBytes(usedBytes, 0))));
        long end = sentBytes(usedBytes, lastFile);
        chunks.add(List.of(new Block(lastFile, end, RedoLogBlock.LENGTH, end)));
        return new RedoLog(fileSize, chunksOfFile, chunks, Math.max(minFiles, chunksOfFile.size()));
    }

    /** What descriptors tell as the size of a file: all of it but the block that is partly filled. */
    private static long sentBytes(List<Long> usedBytes, int file) {
        return usedBytes.get(file) - (file == usedBytes.size() - 1 ? RedoLogBlock.LENGTH : 0);
    }

    private static List<Block> blocks(int file, long from, long to, int blockBytes, long size) {
        List<Block> blocks = new ArrayList<>();
        for (long at = from; at < to; at += blockBytes) {
            blocks.add(new Block(file, at, (int) Math.min(blockBytes, to - at), size));
        }
        return blocks;
    }

    public int fileCount() {
        return chunksOfFile.size();
    }

    /** Bytes that are sent. */
    public long sentBytes() {
        return chunks.stream().flatMap(List::stream).mapToLong(Block::length).sum();
    }
}
