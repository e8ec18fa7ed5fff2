package org.jclone.protocol.innodb.page;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells whether a page of one tablespace file is whole: the right page, and its bytes unharmed.
 *
 * <p>A page of FILE_COPY may be torn and still be all right, since PAGE_COPY or the redo log replaces it. The check
 * means something for pages of PAGE_COPY, and for all of them once PAGE_COPY is over.
 *
 * <p>Encrypted pages cannot be decrypted here: of them only page number and space id are checked.
 *
 * <p>A page is right if a server reads it without complaint. Servers keep data files for decades, so that includes what
 * old versions left behind:
 *
 * <ul>
 *   <li>The doublewrite buffer of servers before 8.0.20: any page of any tablespace, torn or not.
 *   <li>Garbage in the space id of the system tablespace, which had no such field before 4.1.1.
 *   <li>Garbage in the page type, which only index pages had before 5.1. A page whose checksum fits is therefore a
 *       plain page, whatever its type says.
 *   <li>Pages that were flushed and never used: zeros with an LSN and a checksum, and no number of their own.
 *   <li>The checksums of {@link PageChecksum}.
 * </ul>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 10.
 *
 * @param flags as announced for the file
 * @param pageSize the donor's {@code innodb_page_size}
 * @param spaceId as announced for the file
 */
public record PageCheck(FspFlags flags, int pageSize, long spaceId) {

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PageSizes.MAX);

    /** How a page was found. */
    public enum Finding {
        /** Everything fits. */
        OK,
        /** Never written: zeros. Also fine. */
        EMPTY,
        /** Encrypted; page number and space id fit. Also fine, as far as can be seen. */
        ENCRYPTED,
        /** In the doublewrite buffer of an older server, where any content is right. Also fine. */
        DOUBLEWRITE,
        WRONG_LENGTH,
        WRONG_PAGE_NUMBER,
        WRONG_SPACE_ID,
        /** The two copies of the LSN differ: written half. */
        TORN,
        WRONG_CHECKSUM,
        BAD_COMPRESSION
    }

    /**
     * What came out.
     *
     * @param detail values found and expected; empty if the page is fine
     */
    public record Result(Finding finding, String detail) {

        static final Result OK = new Result(Finding.OK, "");
        private static final Result EMPTY = new Result(Finding.EMPTY, "");
        private static final Result ENCRYPTED = new Result(Finding.ENCRYPTED, "");
        private static final Result DOUBLEWRITE = new Result(Finding.DOUBLEWRITE, "");

        public boolean isOk() {
            return switch (finding) {
                case OK, EMPTY, ENCRYPTED, DOUBLEWRITE -> true;
                case WRONG_LENGTH, WRONG_PAGE_NUMBER, WRONG_SPACE_ID, TORN, WRONG_CHECKSUM, BAD_COMPRESSION -> false;
            };
        }

        private static Result wrong(Finding finding, Object found, Object expected) {
            return new Result(finding, found + " (expected: " + expected + ')');
        }
    }

    public PageCheck {
        PageSizes.require(pageSize);
        requireU32("spaceId", spaceId);
    }

    /**
     * Checks the page between position and limit of {@code buffer}, which are not moved.
     *
     * @param pageNumber position in the tablespace: in the file, plus the pages of the files before it
     */
    public Result check(ByteBuffer buffer, long pageNumber) {
        ByteBuffer page = buffer.slice();
        int physicalPageSize = flags.physicalPageSize(pageSize);
        if (page.remaining() != physicalPageSize) {
            return Result.wrong(Finding.WRONG_LENGTH, page.remaining(), physicalPageSize);
        }
        if (isInDoublewriteBuffer(pageNumber)) {
            return Result.DOUBLEWRITE;
        }
        if (isEmpty(page)) {
            return Result.EMPTY;
        }
        long foundNumber = Integer.toUnsignedLong(page.getInt(PageHeader.PAGE_NUMBER));
        long foundSpaceId = Integer.toUnsignedLong(page.getInt(PageHeader.SPACE_ID));
        if (foundNumber == 0
                && foundSpaceId == 0
                && isUnused(page)
                && checkContent(page).isOk()) {
            return Result.OK;
        }
        if (foundNumber != pageNumber) {
            return Result.wrong(Finding.WRONG_PAGE_NUMBER, foundNumber, pageNumber);
        }
        if (foundSpaceId != spaceId && spaceId != SpaceIds.SYSTEM) {
            return Result.wrong(Finding.WRONG_SPACE_ID, foundSpaceId, spaceId);
        }
        return checkContent(page);
    }

    private Result checkContent(ByteBuffer page) {
        Result plain = flags.isZip() ? checkZip(page) : checkPlain(page);
        Optional<PageType> type = PageType.byWireCode(page.getShort(PageHeader.TYPE) & 0xffff);
        if (plain.isOk() || type.isEmpty()) {
            return plain;
        }
        if (type.get().isEncrypted() && (spaceId != SpaceIds.SYSTEM || flags.isEncrypted())) {
            return Result.ENCRYPTED;
        }
        if (type.get() == PageType.FIL_PAGE_COMPRESSED && !flags.isZip()) {
            return PageCompression.decompress(page)
                    .map(PageCheck::checkPlain)
                    .orElseGet(() -> new Result(Finding.BAD_COMPRESSION, PageCompression.describe(page)));
        }
        return plain;
    }

    /** Whether servers before 8.0.20 keep their doublewrite buffer there: extents 1 and 2 of the system tablespace. */
    boolean isInDoublewriteBuffer(long pageNumber) {
        int extent = ExtentGeometry.pagesPerExtent(pageSize);
        return spaceId == SpaceIds.SYSTEM && pageNumber >= extent && pageNumber < 3L * extent;
    }

    /** Whether a page that has no number of its own holds no data either. */
    private boolean isUnused(ByteBuffer page) {
        return isZero(page, PageHeader.DATA, page.limit() - (flags.isZip() ? 0 : PageHeader.TRAILER_LENGTH));
    }

    private static Result checkPlain(ByteBuffer page) {
        int lsn = page.getInt(PageHeader.LSN + Integer.BYTES);
        int trailerLsn = page.getInt(page.limit() - Integer.BYTES);
        if (lsn != trailerLsn) {
            return Result.wrong(Finding.TORN, "low half of LSN " + hex(trailerLsn), hex(lsn));
        }
        return PageChecksum.matches(page)
                ? Result.OK
                : Result.wrong(
                        Finding.WRONG_CHECKSUM,
                        hex(page.getInt(PageHeader.CHECKSUM)),
                        hex(PageChecksum.crc32c(page)) + " or that of another algorithm");
    }

    private static Result checkZip(ByteBuffer page) {
        return PageChecksum.matchesZip(page)
                ? Result.OK
                : Result.wrong(
                        Finding.WRONG_CHECKSUM,
                        hex(page.getInt(PageHeader.CHECKSUM)),
                        hex(PageChecksum.crc32cZip(page)) + " or that of another algorithm");
    }

    /** The field that is the flush LSN on page 0 does not count: servers write it into pages never used. */
    private static boolean isEmpty(ByteBuffer page) {
        return isZero(page, 0, PageHeader.FLUSH_LSN) && isZero(page, PageHeader.SPACE_ID, page.limit());
    }

    private static boolean isZero(ByteBuffer page, int from, int to) {
        return page.slice(from, to - from).equals(ZEROS.slice(0, to - from));
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
