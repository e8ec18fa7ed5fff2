package org.jclone.recipient.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DirectReader;

/**
 * A range of pages of a file at rest. Each page is read, checked, and compared with the clone's sum.
 *
 * @param first page in the file
 * @param count of pages, or of blocks with their own sum
 * @param sums of the clone, or null
 */
record PageRange(PageFile file, int unit, long first, long count, PageSums sums) {

    /** Pages in one task: 64 MiB with pages of 16 KiB. */
    static final int PAGES = 4096;

    /**
     * Reads and checks the whole range.
     *
     * @param buffer of {@link DirectReader#allocate}, for {@code perRead} units
     * @param inspector null if the file has no pages
     */
    void check(DirectReader reader, ByteBuffer buffer, int perRead, PageInspector inspector, DamageList damages)
            throws IOException, StorageException {
        int sumOfHole = FinalCheck.sumOfZeros(unit);
        for (long page = first; page < first + count; page += perRead) {
            int pages = (int) Math.min(perRead, first + count - page);
            reader.read(buffer, page * unit, pages * unit);
            ByteBuffer expected = ByteBuffer.allocate(pages * Integer.BYTES);
            if (sums != null) {
                sums.read(file.region().firstSlot() + page, expected);
            }
            int present = buffer.remaining();
            for (int i = 0; i * unit < present; i++) {
                int length = Math.min(unit, present - i * unit);
                int found = check(buffer, buffer.position() + i * unit, length, page + i, inspector, damages);
                int wanted = expected.getInt(i * Integer.BYTES);
                boolean comparable = sums != null && wanted != PageSums.SUSPICIOUS;
                if (comparable && found != (wanted == PageSums.NEVER_CAME ? sumOfHole : wanted)) {
                    damages.add(new Damage(
                            file.path(),
                            file.region().firstPage() + page + i,
                            (page + i) * unit,
                            "content has changed since it was cloned"));
                }
            }
            long end = page * unit + present;
            if (end < Math.min((page + pages) * unit, file.size())) {
                damages.add(new Damage(
                        file.path(), -1, end, "the file has become shorter (expected: " + file.size() + " bytes)"));
                return;
            }
        }
    }

    private int check(ByteBuffer buffer, int at, int length, long page, PageInspector inspector, DamageList damages)
            throws IOException {
        if (inspector == null || length < unit) {
            return FinalCheck.sumOf(buffer, at, length);
        }
        PageCheck.Result result = inspector.scan(buffer, at, file.region().firstPage() + page);
        if (!result.isOk()) {
            damages.add(new Damage(
                    file.path(), file.region().firstPage() + page, page * unit, FinalCheck.describe(result)));
        }
        return PageSums.sumOf(inspector.sum());
    }
}
