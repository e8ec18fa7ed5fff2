package org.jclone.recipient.verify;

/** The page with the highest LSN seen. No page may be newer than the redo log. Thread-safe. */
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

    /** Notes it if the page is later than the end of the redo log. */
    synchronized void compare(long endLsn, int pageSize, DamageList damages) {
        if (file != null && Long.compareUnsigned(lsn, endLsn) > 0) {
            long offset = (page - file.region().firstPage()) * file.unit(pageSize);
            damages.add(new Damage(
                    file.path(),
                    page,
                    offset,
                    "LSN " + Long.toUnsignedString(lsn) + " (expected: up to " + endLsn
                            + ", the end of the redo log)"));
        }
    }
}
