package org.jclone.recipient.verify;

import java.nio.file.Path;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageCheck;

/**
 * One file of a data directory, as a check sees it.
 *
 * @param path of the file
 * @param flags of its tablespace, or {@link FspFlags#NONE}
 * @param spaceId of its tablespace
 * @param size minimum size in bytes
 * @param region of its pages
 */
public record PageFile(Path path, FspFlags flags, long spaceId, long size, PageRegion region) {

    public boolean isTablespace() {
        return flags.isTablespace();
    }

    /** Returns the bytes covered by one sum: a page, or a block of the same size in files without pages. */
    public int unit(int pageSize) {
        return flags.physicalPageSize(pageSize);
    }

    PageCheck check(int pageSize) {
        return new PageCheck(flags, pageSize, spaceId);
    }
}
