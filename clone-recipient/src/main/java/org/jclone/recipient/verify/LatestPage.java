package org.jclone.recipient.verify;

import java.util.Optional;

/** Records the page with the highest LSN. Thread-safe. */
final class LatestPage {

    private volatile long lsn;
    private PageFile file;
    private long page;

    void see(long pageLsn, PageFile pageFile, long pageNumber) {
        if (Long.compareUnsigned(pageLsn, lsn) > 0) {
            synchronized (this) {
                if (Long.compareUnsigned(pageLsn, lsn) > 0) {
                    lsn = pageLsn;
                    file = pageFile;
                    page = pageNumber;
                }
            }
        }
    }

    /** Returns the page, if it is later than the end of the redo log. */
    synchronized Optional<Damage> laterThan(long endLsn, int pageSize) {
        if (file == null || Long.compareUnsigned(lsn, endLsn) <= 0) {
            return Optional.empty();
        }
        long offset = (page - file.region().firstPage()) * file.unit(pageSize);
        return Optional.of(new Damage(
                file.path(),
                page,
                offset,
                "LSN " + Long.toUnsignedString(lsn) + " (expected: up to " + endLsn + ", the end of the redo log)"));
    }
}
