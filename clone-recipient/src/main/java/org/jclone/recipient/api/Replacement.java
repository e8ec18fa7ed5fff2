package org.jclone.recipient.api;

/** What to do with existing data in the target directory. */
public enum Replacement {
    /** Refuse a directory that is not empty. */
    NONE,
    /** Clone beside the old data, replace it when the clone is complete and verified, then remove the old data. */
    SWAP,
    /** Like {@link #SWAP}, but keep the old data. */
    SWAP_KEEP_OLD,
    /**
     * Clone beside the old data, but delete the old data as soon as all files of the donor are known and no reason against the clone has been found. For file systems without room for both.
     */
    DROP_FIRST,
    /** Clone beside the old data, if there is any, and leave the exchange of the two to the caller. */
    STAGE;

    /** {@return whether the clone is made beside the old data} */
    public boolean isSwap() {
        return this == SWAP || this == SWAP_KEEP_OLD || this == STAGE;
    }
}
