package org.jclone.donor.clone;

import org.jclone.donor.api.CloneLimits;
import org.jclone.protocol.innodb.page.ChunkGeometry;

/** What all clones of one donor share. */
record CloneTerms(SnapshotPlan plan, CloneLimits limits, Throttle throttle) {

    /** What blocks on their way take of memory for all clones together; a share for each that there may be. */
    private static final int ALL_BLOCKS_BYTES = 256 << 20;

    private static final int MAX_BLOCKS_BYTES = 64 << 20;
    private static final int FEWEST_BLOCKS = 2;

    /** A budget for one more clone, which no other can use up. */
    MemoryBudget newMemory() {
        int block = new ChunkGeometry(plan.source().pageSize()).blockBytes();
        int share = Math.min(MAX_BLOCKS_BYTES, ALL_BLOCKS_BYTES / limits.maxClones());
        return new MemoryBudget(Math.max(FEWEST_BLOCKS * block, share));
    }
}
