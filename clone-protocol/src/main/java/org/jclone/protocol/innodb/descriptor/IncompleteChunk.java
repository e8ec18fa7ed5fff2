package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

/**
 * A chunk that the recipient has only in part: its first blocks.
 *
 * @param chunk chunk number, from 1
 * @param block number of blocks applied, that is, the block number of the last data descriptor; may be 0
 */
public record IncompleteChunk(long chunk, long block) {

    public IncompleteChunk {
        requireU32("chunk", chunk);
        requireU32("block", block);
    }
}
