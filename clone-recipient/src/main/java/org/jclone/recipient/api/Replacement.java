package org.jclone.recipient.api;

/** What becomes of data that is in the target directory already. */
public enum Replacement {
    /** A directory that holds anything is refused. */
    NONE,
    /** The clone is made beside it and takes its place when it is whole and verified; then the old data is removed. */
    SWAP,
    /** As {@link #SWAP}, but the old data is kept. */
    SWAP_KEEP_OLD,
    /**
     * The clone is made beside it, but it is deleted as soon as all files of the donor are known and nothing is known
     * that speaks against the clone: for those who have no room for both.
     */
    DROP_FIRST;

    public boolean isSwap() {
        return this == SWAP || this == SWAP_KEEP_OLD;
    }
}
