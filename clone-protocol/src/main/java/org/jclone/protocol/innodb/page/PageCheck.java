package org.jclone.protocol.innodb.page;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Checks that a page of one tablespace file is the right page and that its bytes are intact.
 *
 * <p>A page of FILE_COPY may be torn without being damaged, because PAGE_COPY or the redo log replaces it. The result
 * is meaningful for pages of PAGE_COPY, and for all pages once PAGE_COPY has ended.
 *
 * <p>Encrypted pages cannot be decrypted here. Only their page number and space id are checked.
 *
 * <p>A page is valid if a server reads it without complaint. Servers keep data files for decades, so this includes the
 * remains of old versions:
 *
 * <ul>
 *   <li>The doublewrite buffer of servers before 8.0.20: any page of any tablespace, torn or not.
 *   <li>Garbage in the space id of the system tablespace. The field did not exist there before 4.1.1.
 *   <li>Garbage in the page type, which only index pages had before 5.1. A page with a valid checksum is therefore a
 *       plain page, regardless of its type.
 *   <li>Pages that were flushed but never used: zeros with an LSN and a checksum, and without a page number.
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

    /** The kinds of result. */
    public enum Finding {
        /** All checks passed. */
        OK,
        /** Never written: only zeros. Valid. */
        EMPTY,
        /** Encrypted, with the right page number and space id. Valid as far as can be checked. */
        ENCRYPTED,
        /** In the doublewrite buffer of an older server, where any content is valid. Valid. */
        DOUBLEWRITE,
        WRONG_LENGTH,
        WRONG_PAGE_NUMBER,
        WRONG_SPACE_ID,
        /** The two copies of the LSN differ: the page was written in part. */
        TORN,
        WRONG_CHECKSUM,
        BAD_COMPRESSION
    }

    /**
     * The result of a check.
     *
     * @param detail the values found and expected; empty if the page is valid
     */
    public record Result(Finding finding, String detail) {

        static final Result OK = new Result(Finding.OK, "");
        private static final Result EMPTY = new Result(Finding.EMPTY, "");
        static final Result ENCRYPTED = new Result(Finding.ENCRYPTED, "");
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
     * Checks the page between position and limit of {@code buffer}. Does not move them.
     *
     * @param pageNumber page number in the tablespace: the position in the file plus the pages of the files before it
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

    /**
     * Returns whether servers before 8.0.20 keep their doublewrite buffer here: in extents 1 and 2 of the system
     * tablespace.
     */
    boolean isInDoublewriteBuffer(long pageNumber) {
        int extent = ExtentGeometry.pagesPerExtent(pageSize);
        return spaceId == SpaceIds.SYSTEM && pageNumber >= extent && pageNumber < 3L * extent;
    }

    /** Returns whether a page without a page number also holds no data. */
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

    /**
     * Returns whether the page contains only zeros. Ignores the field that is the flush LSN on page 0: servers write it
     * into pages that were never used.
     */
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
