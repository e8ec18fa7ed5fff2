package org.jclone.donor.clone;

import org.jclone.donor.api.CloneLimits;
import org.jclone.protocol.innodb.page.ChunkGeometry;

/** What all clones of one donor share. */
record CloneTerms(SnapshotPlan plan, CloneLimits limits, Throttle throttle) {

    /** Memory for unsent blocks of all clones together. Each possible clone gets an equal share. */
    private static final int ALL_BLOCKS_BYTES = 256 << 20;

    private static final int MAX_BLOCKS_BYTES = 64 << 20;
    private static final int FEWEST_BLOCKS = 2;

    /** Creates the budget of one more clone, which no other clone can use. */
    MemoryBudget newMemory() {
        int block = new ChunkGeometry(plan.source().pageSize()).blockBytes();
        int share = Math.min(MAX_BLOCKS_BYTES, ALL_BLOCKS_BYTES / limits.maxClones());
        return new MemoryBudget(Math.max(FEWEST_BLOCKS * block, share));
    }
}
