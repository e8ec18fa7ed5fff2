package org.jclone.recipient.verify;

/**
 * Locates the pages of one file, in the tablespace and in the {@link PageSums}.
 *
 * @param file its index among all files
 * @param firstSlot of the file's page sums
 * @param slots number of pages with room for a sum
 * @param firstPage number in the tablespace of the file's first page; 0 except for {@code ibdata2} and so on
 */
public record PageRegion(int file, long firstSlot, long slots, long firstPage) {

    /** The region of a file without pages. */
    public static final PageRegion NONE = new PageRegion(-1, 0, 0, 0);
}
