package org.jclone.donor.clone;

import org.jclone.donor.source.Block;
import org.jclone.donor.source.RedoLog;

/** REDO_COPY: the chunks of the source, unchanged. */
record RedoPlan(RedoLog redo) implements StatePlan {

    @Override
    public long fileCount() {
        return redo.statedFiles();
    }

    @Override
    public long chunkCount() {
        return redo.chunks().size();
    }

    @Override
    public long bytes() {
        return redo.sentBytes();
    }

    @Override
    public int blockCount(long chunk) {
        return redo.chunks().get((int) chunk - 1).size();
    }

    @Override
    public Block block(long chunk, int number) {
        return redo.chunks().get((int) chunk - 1).get(number - 1);
    }
}
