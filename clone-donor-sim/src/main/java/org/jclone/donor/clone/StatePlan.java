package org.jclone.donor.clone;

import org.jclone.donor.source.Block;

/** What one state of a snapshot transfers, cut into chunks and these into blocks. Both are counted from 1. */
interface StatePlan {

    /** For states that transfer nothing. */
    StatePlan NOTHING = new StatePlan() {
        @Override
        public long fileCount() {
            return 0;
        }

        @Override
        public long chunkCount() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public int blockCount(long chunk) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of none");
        }

        @Override
        public Block block(long chunk, int number) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of none");
        }
    };

    /** What the state descriptor calls files; in PAGE_COPY these are pages. */
    long fileCount();

    long chunkCount();

    /** The estimate. */
    long bytes();

    int blockCount(long chunk);

    Block block(long chunk, int number);
}
