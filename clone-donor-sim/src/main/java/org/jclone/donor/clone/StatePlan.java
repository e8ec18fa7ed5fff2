package org.jclone.donor.clone;

import org.jclone.donor.source.Block;

/** What one state of a snapshot transfers, divided into chunks, and chunks into blocks. Both count from 1. */
interface StatePlan {

    /** Plan of states that transfer nothing. */
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

    /** Returns the file count of the state descriptor; in PAGE_COPY this is the number of pages. */
    long fileCount();

    long chunkCount();

    /** Returns the estimate in bytes. */
    long bytes();

    int blockCount(long chunk);

    Block block(long chunk, int number);
}
