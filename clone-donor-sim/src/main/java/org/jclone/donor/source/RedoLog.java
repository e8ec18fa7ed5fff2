package org.jclone.donor.source;

import java.util.List;
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

    /** A log that fits into the one block that has the checkpoint: one empty chunk, header, block. */
    public static RedoLog ofOneBlock(long fileSize) {
        long used = RedoHeader.LENGTH + RedoLogBlock.LENGTH;
        return new RedoLog(
                fileSize,
                List.of(1),
                List.of(
                        List.of(),
                        List.of(new Block(0, 0, RedoHeader.LENGTH, used)),
                        List.of(new Block(0, RedoHeader.LENGTH, RedoLogBlock.LENGTH, used))));
    }

    public int fileCount() {
        return chunksOfFile.size();
    }

    /** Bytes that are sent. */
    public long sentBytes() {
        return chunks.stream().flatMap(List::stream).mapToLong(Block::length).sum();
    }
}
