package org.jclone.donor.clone;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.RestartProgress;

/**
 * Hands out the chunks of one state in ascending order, each to one task, and leaves out what a resuming recipient
 * already has. Not thread-safe.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 2.4.
 */
final class ChunkQueue {

    /** The part of a chunk to send: the blocks from {@code firstBlock} (from 1) on; possibly none. */
    record Part(long chunk, long firstBlock) {}

    private final long chunkCount;
    private final Optional<RestartProgress> done;

    /** For each incomplete chunk, the number of its blocks that the recipient has. */
    private final Map<Long, Long> doneBlocks = new HashMap<>();

    private long next = 1;

    ChunkQueue(long chunkCount, Optional<RestartProgress> done) {
        this.chunkCount = chunkCount;
        this.done = done;
        done.ifPresent(progress ->
                progress.incomplete().forEach(chunk -> doneBlocks.merge(chunk.chunk(), chunk.block(), Math::min)));
    }

    /** Takes the next chunk; empty if none is left. */
    Optional<Part> take() {
        while (next <= chunkCount) {
            long chunk = next++;
            if (done.isEmpty() || !done.get().isStarted(chunk)) {
                return Optional.of(new Part(chunk, 1));
            }
            Long blocks = doneBlocks.get(chunk);
            if (blocks != null) {
                return Optional.of(new Part(chunk, blocks + 1));
            }
        }
        return Optional.empty();
    }
}
