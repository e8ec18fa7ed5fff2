package org.jclone.donor.source;

import java.util.ArrayList;
import java.util.List;
import org.jclone.protocol.innodb.page.ChunkGeometry;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;

/**
 * What REDO COPY sends: files of equal size, filled chunk by chunk. A chunk may be empty.
 *
 * <pre>
 * chunks 1..R  archived log, file by file; the first file without its header, the others with theirs
 * chunk  R+1   header of file 0
 * chunk  R+2   the last block of the log, partly filled
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 6.1 and 6.5.
 *
 * @param fileSize size of each file
 * @param chunksOfFile for each file, its number of the first R chunks
 * @param chunks blocks of each chunk
 * @param statedFiles number of files in the state descriptor: before 8.0.30 at least two, although metadata is sent
 *     only for those with data
 */
public record RedoLog(long fileSize, List<Integer> chunksOfFile, List<List<Block>> chunks, int statedFiles) {

    public RedoLog {
        chunksOfFile = List.copyOf(chunksOfFile);
        chunks = chunks.stream().map(List::copyOf).toList();
    }

    /** Creates a log whose stated number of files is the number of files with data. */
    public RedoLog(long fileSize, List<Integer> chunksOfFile, List<List<Block>> chunks) {
        this(fileSize, chunksOfFile, chunks, chunksOfFile.size());
    }

    /**
     * Cuts a log into chunks. The first chunk has no data if the log fits into one block.
     *
     * @param usedBytes for each file, its header and log; the last file ends with the partly filled block
     * @param minFiles lower bound of the stated number of files
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

    /** Returns the size of a file in descriptors: all of it except the partly filled block. */
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

    /** {@return the number of redo log files} */
    public int fileCount() {
        return chunksOfFile.size();
    }

    /** {@return the number of bytes sent} */
    public long sentBytes() {
        return chunks.stream().flatMap(List::stream).mapToLong(Block::length).sum();
    }
}
