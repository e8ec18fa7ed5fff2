package org.jclone.protocol.innodb.page;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;

/**
 * Checks each page of one tablespace and computes its checksum, in one pass over its bytes. It handles most pages
 * itself: plain pages with the current checksum algorithm, and encrypted pages. It passes all others to {@link
 * PageCheck}.
 *
 * <p>The computed checksum is the CRC-32C of all bytes of the page, including those that InnoDB's own checksum omits.
 * It is combined from the parts that InnoDB's checksum covers.
 *
 * <p>Not thread-safe.
 */
public final class PageScanner {

    private static final int FIRST_SPECIAL_TYPE = PageType.FIL_PAGE_COMPRESSED.wireCode();
    private static final int LAST_SPECIAL_TYPE = PageType.FIL_PAGE_ENCRYPTED_RTREE.wireCode();

    private static final long LOW_HALF = 0xffff_ffffL;
    private static final int SUMMED = -1;

    /** The shift over the bytes between header and trailer, by the logarithm of the page size; expensive to compute. */
    private static final AtomicReferenceArray<Crc32cShift> BODY_SHIFTS = new AtomicReferenceArray<>(Integer.SIZE);

    private final CRC32C crc = new CRC32C();
    private final PageCheck check;
    private final int length;
    private final int bodyEnd;
    private final Crc32cShift bodyShift;

    private ByteBuffer viewed;
    private ByteBuffer fields;
    private ByteBuffer range;
    private int sum;
    /** Offset of the page scanned last, or {@link #SUMMED}. */
    private int unsummed = SUMMED;

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
    @SuppressWarnings("ReferenceEquality") // the views are of this very buffer
    public PageCheck.Result scan(ByteBuffer memory, int offset, long pageNumber) {
        if (memory != viewed) {
            viewed = memory;
            fields = memory.duplicate().clear();
            range = memory.duplicate();
        }
        int trailerAt = offset + bodyEnd;
        long checksumAndNumber = fields.getLong(offset + PageHeader.CHECKSUM);
        long trailer = fields.getLong(trailerAt);
        lsn = fields.getLong(offset + PageHeader.LSN);
        if (isOrdinary(offset, pageNumber, checksumAndNumber, trailer)) {
            int checksum = (int) (checksumAndNumber >>> Integer.SIZE);
            int bodySum = crc(offset + PageHeader.DATA, trailerAt);
            if (checksum == (crc(offset + PageHeader.PAGE_NUMBER, offset + PageHeader.FLUSH_LSN) ^ bodySum)) {
                int headerSum = crc(offset, offset + PageHeader.DATA);
                sum = Crc32cShift.appendLong(bodyShift.append(headerSum, bodySum), trailer);
                unsummed = SUMMED;
                return PageCheck.Result.OK;
            }
        }
        unsummed = offset;
        return isEncrypted(offset, pageNumber, checksumAndNumber, trailer)
                ? PageCheck.Result.ENCRYPTED
                : check.check(memory.slice(offset, length), pageNumber);
    }

    /** Each value is read once, and several at a time: the first compiler leaves all checks of a read in its code. */
    private boolean isOrdinary(int offset, long pageNumber, long checksumAndNumber, long trailer) {
        int type = fields.getShort(offset + PageHeader.TYPE) & 0xffff;
        return !check.flags().isZip()
                && !check.isInDoublewriteBuffer(pageNumber)
                && (int) checksumAndNumber == (int) pageNumber
                && fields.getInt(offset + PageHeader.SPACE_ID) == (int) check.spaceId()
                && trailer == (checksumAndNumber >>> Integer.SIZE << Integer.SIZE | lsn & LOW_HALF)
                && (type < FIRST_SPECIAL_TYPE || type > LAST_SPECIAL_TYPE);
    }

    /** A page whose type only looks like that of an encrypted one is plain: its trailer has the LSN of its header. */
    private boolean isEncrypted(int offset, long pageNumber, long checksumAndNumber, long trailer) {
        int type = fields.getShort(offset + PageHeader.TYPE) & 0xffff;
        return type > FIRST_SPECIAL_TYPE
                && type <= LAST_SPECIAL_TYPE
                && !check.flags().isZip()
                && pageNumber != 0
                && (int) checksumAndNumber == (int) pageNumber
                && fields.getInt(offset + PageHeader.SPACE_ID) == (int) check.spaceId()
                && (check.spaceId() != SpaceIds.SYSTEM
                        || check.flags().isEncrypted() && !check.isInDoublewriteBuffer(pageNumber))
                && (int) trailer != (int) lsn;
    }

    /**
     * Returns the CRC-32C of all bytes of the page scanned last. Call this before they change: it is computed now, if
     * the check did not need it.
     */
    public int sum() {
        if (unsummed != SUMMED) {
            sum = crc(unsummed, unsummed + length);
            unsummed = SUMMED;
        }
        return sum;
    }

    /** Returns the LSN of the page scanned last. Meaningful only if that page is valid and not empty. */
    public long lsn() {
        return lsn;
    }

    private int crc(int from, int to) {
        crc.reset();
        crc.update(range.limit(to).position(from));
        return (int) crc.getValue();
    }
}
