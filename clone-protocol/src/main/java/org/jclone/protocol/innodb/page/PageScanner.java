package org.jclone.protocol.innodb.page;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;

/**
 * Checks each page of one tablespace and computes its checksum, in one pass over its bytes. It handles most pages
 * itself: plain pages with the current checksum algorithm. It passes all others to {@link PageCheck}.
 *
 * <p>The computed checksum is the CRC-32C of all bytes of the page, including those that InnoDB's own checksum omits.
 * It is combined from the parts that InnoDB's checksum covers.
 *
 * <p>Not thread-safe.
 */
public final class PageScanner {

    private static final int FIRST_SPECIAL_TYPE = PageType.FIL_PAGE_COMPRESSED.wireCode();
    private static final int LAST_SPECIAL_TYPE = PageType.FIL_PAGE_ENCRYPTED_RTREE.wireCode();

    private static final Crc32cShift TRAILER_SHIFT = new Crc32cShift(PageHeader.TRAILER_LENGTH);

    /** The shift over the bytes between header and trailer, by the logarithm of the page size; expensive to compute. */
    private static final AtomicReferenceArray<Crc32cShift> BODY_SHIFTS = new AtomicReferenceArray<>(Integer.SIZE);

    private final CRC32C crc = new CRC32C();
    private final PageCheck check;
    private final int length;
    private final int bodyEnd;
    private final Crc32cShift bodyShift;

    private int sum;
    private long lsn;

    /** @param check has the expected values */
    public PageScanner(PageCheck check) {
        this.check = check;
        length = check.flags().physicalPageSize(check.pageSize());
        bodyEnd = length - PageHeader.TRAILER_LENGTH;
        bodyShift = bodyShift(length);
    }

    private static Crc32cShift bodyShift(int length) {
        int index = Integer.numberOfTrailingZeros(length);
        Crc32cShift shift = BODY_SHIFTS.get(index);
        if (shift == null) {
            shift = new Crc32cShift(length - PageHeader.DATA - PageHeader.TRAILER_LENGTH);
            BODY_SHIFTS.set(index, shift);
        }
        return shift;
    }

    /** Returns the length of a page on disk in bytes. */
    public int pageLength() {
        return length;
    }

    /**
     * Checks the page of {@link #pageLength()} bytes at {@code offset}.
     *
     * @param memory big-endian; position and limit do not change
     * @param pageNumber as for {@link PageCheck#check}
     */
    public PageCheck.Result scan(ByteBuffer memory, int offset, long pageNumber) {
        ByteBuffer page = memory.slice(offset, length);
        lsn = page.getLong(PageHeader.LSN);
        if (isOrdinary(page, pageNumber)) {
            int checksum = page.getInt(PageHeader.CHECKSUM);
            int bodySum = crc(page, PageHeader.DATA, bodyEnd);
            if (checksum == (crc(page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN) ^ bodySum)) {
                int headerSum = crc(page, 0, PageHeader.DATA);
                sum = TRAILER_SHIFT.append(bodyShift.append(headerSum, bodySum), crc(page, bodyEnd, length));
                return PageCheck.Result.OK;
            }
        }
        sum = crc(page, 0, length);
        return check.check(page.clear(), pageNumber);
    }

    private boolean isOrdinary(ByteBuffer page, long pageNumber) {
        int type = page.getShort(PageHeader.TYPE) & 0xffff;
        return !check.flags().isZip()
                && !check.isInDoublewriteBuffer(pageNumber)
                && page.getInt(PageHeader.PAGE_NUMBER) == (int) pageNumber
                && page.getInt(PageHeader.SPACE_ID) == (int) check.spaceId()
                && page.getInt(PageHeader.LSN + Integer.BYTES) == page.getInt(length - Integer.BYTES)
                && page.getInt(PageHeader.CHECKSUM) == page.getInt(bodyEnd)
                && (type < FIRST_SPECIAL_TYPE || type > LAST_SPECIAL_TYPE);
    }

    /** Returns the CRC-32C of all bytes of the page scanned last. */
    public int sum() {
        return sum;
    }

    /** Returns the LSN of the page scanned last. Meaningful only if that page is valid and not empty. */
    public long lsn() {
        return lsn;
    }

    private int crc(ByteBuffer page, int from, int to) {
        crc.reset();
        crc.update(page.limit(to).position(from));
        return (int) crc.getValue();
    }
}
