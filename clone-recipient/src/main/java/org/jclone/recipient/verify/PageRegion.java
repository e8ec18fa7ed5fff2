package org.jclone.recipient.verify;

/**
 * Where the pages of one file are: in the tablespace, and in the {@link PageSums}.
 *
 * @param file its index among all files
 * @param firstSlot of the file's page sums
 * @param slots pages there is room for
 * @param firstPage number in the tablespace of the file's first page; 0 but for {@code ibdata2} and so on
 */
public record PageRegion(int file, long firstSlot, long slots, long firstPage) {

    /** For what has no pages. */
    public static final PageRegion NONE = new PageRegion(-1, 0, 0, 0);
}
