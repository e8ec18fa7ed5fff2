package org.jclone.protocol.innodb.page;

import java.nio.ByteBuffer;
import java.util.zip.Adler32;
import java.util.zip.CRC32C;

/**
 * The checksums of a page. The algorithm is detected page by page, because the donor's setting
 * {@code innodb_checksum_algorithm} may change at any time.
 *
 * <p>Servers 5.6 and 5.7 on big-endian machines computed a different CRC-32C: they reversed each group of eight bytes.
 * Data files can move between machines, and servers still accept these checksums.
 *
 * <pre>
 * algorithm  page   field at 0                                    field at end-8
 * crc32      plain  CRC-32C of 4..25 xor CRC-32C of 38..end-9     the same
 * crc32      zip    CRC-32C of 4..15 xor of 24..25 xor of 34..    none
 * none       both   {@link #NONE}                                    {@link #NONE}, none
 * innodb     plain  fold of 4..25 + fold of 38..end-9, or 0       fold of 0..25, or the high half of the LSN
 * innodb     zip    Adler-32 over 4..15, 24..25, 34.. from 0      none
 * </pre>
 *
 * <p>A page lies between position and limit of a buffer. The methods do not move them.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 10, rules 4 to 6.
 */
public final class PageChecksum {

    /** Replaces a checksum if the algorithm is "none". */
    public static final int NONE = 0xdead_beef;

    private static final int FOLD_XOR_FIRST = 1653893711;
    private static final int FOLD_XOR_SECOND = 1463735687;
    private static final int ADLER_MODULUS = 65521;

    private PageChecksum() {}

    /** Returns the CRC-32C of a page that is not zip. */
    public static int crc32c(ByteBuffer page) {
        int end = page.remaining() - PageHeader.TRAILER_LENGTH;
        return crc32c(page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN) ^ crc32c(page, PageHeader.DATA, end);
    }

    /** Returns the CRC-32C of a zip page. */
    public static int crc32cZip(ByteBuffer page) {
        return crc32c(page, PageHeader.PAGE_NUMBER, PageHeader.LSN)
                ^ crc32c(page, PageHeader.TYPE, PageHeader.FLUSH_LSN)
                ^ crc32c(page, PageHeader.SPACE_ID, page.remaining());
    }

    /** Returns {@link #crc32c(ByteBuffer)} as old big-endian servers computed it. */
    static int crc32cBigEndian(ByteBuffer page) {
        int end = page.remaining() - PageHeader.TRAILER_LENGTH;
        return crc32cBigEndian(page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN)
                ^ crc32cBigEndian(page, PageHeader.DATA, end);
    }

    /** Returns {@link #crc32cZip} as old big-endian servers computed it. */
    static int crc32cZipBigEndian(ByteBuffer page) {
        return crc32cBigEndian(page, PageHeader.PAGE_NUMBER, PageHeader.LSN)
                ^ crc32cBigEndian(page, PageHeader.TYPE, PageHeader.FLUSH_LSN)
                ^ crc32cBigEndian(page, PageHeader.SPACE_ID, page.remaining());
    }

    /** Reverses each group of eight bytes that starts at a multiple of eight and lies within the range. */
    private static int crc32cBigEndian(ByteBuffer page, int from, int to) {
        ByteBuffer turned = ByteBuffer.allocate(to - from).put(range(page, from, to));
        for (int at = -from & Long.BYTES - 1; at + Long.BYTES <= to - from; at += Long.BYTES) {
            turned.putLong(at, Long.reverseBytes(turned.getLong(at)));
        }
        return crc32c(turned.flip(), 0, to - from);
    }

    /** Returns the CRC-32C of the bytes {@code from} (inclusive) to {@code to} (exclusive). */
    public static int crc32c(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(range(bytes, from, to));
        return (int) crc.getValue();
    }

    /** Returns the "innodb" checksum for the field at 0 of a page that is not zip. */
    public static int innodb(ByteBuffer page) {
        int end = page.remaining() - PageHeader.TRAILER_LENGTH;
        return fold(page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN) + fold(page, PageHeader.DATA, end);
    }

    /**
     * Returns the "innodb" checksum for the field at end-8 of a page that is not zip. It depends on the field at 0.
     */
    public static int innodbOld(ByteBuffer page) {
        return fold(page, PageHeader.CHECKSUM, PageHeader.FLUSH_LSN);
    }

    /** Returns the "innodb" checksum of a zip page. */
    public static int innodbZip(ByteBuffer page) {
        Adler32 adler = new Adler32();
        adler.update(range(page, PageHeader.PAGE_NUMBER, PageHeader.LSN));
        adler.update(range(page, PageHeader.TYPE, PageHeader.FLUSH_LSN));
        adler.update(range(page, PageHeader.SPACE_ID, page.remaining()));
        int length = PageHeader.LSN
                - PageHeader.PAGE_NUMBER
                + PageHeader.FLUSH_LSN
                - PageHeader.TYPE
                + page.remaining()
                - PageHeader.SPACE_ID;
        // Adler32 starts at 1. The low sum includes it once, the high sum once for each byte.
        int low = Math.floorMod((int) (adler.getValue() & 0xffff) - 1, ADLER_MODULUS);
        int high = Math.floorMod((int) (adler.getValue() >> 16) - length, ADLER_MODULUS);
        return high << 16 | low;
    }

    /** Returns whether the checksum fields of a page that is not zip are valid for any of the algorithms. */
    public static boolean matches(ByteBuffer page) {
        int first = field(page, PageHeader.CHECKSUM);
        int old = field(page, page.remaining() - PageHeader.TRAILER_LENGTH);
        if (first == old && (first == NONE || first == crc32c(page) || first == crc32cBigEndian(page))) {
            return true;
        }
        if (first == 0 && old == 0 && page.getLong(page.position() + PageHeader.LSN) == 0) {
            return false; // only a page of zeros has none of the three
        }
        return (old == field(page, PageHeader.LSN) || old == innodbOld(page)) && (first == 0 || first == innodb(page));
    }

    /** Returns whether the checksum field of a zip page is valid for any of the algorithms. */
    public static boolean matchesZip(ByteBuffer page) {
        int first = field(page, PageHeader.CHECKSUM);
        return first == crc32cZip(page)
                || first == NONE
                || first == innodbZip(page)
                || first == crc32cZipBigEndian(page);
    }

    /** Writes the CRC-32C into both fields of a page that is not zip. */
    public static void write(ByteBuffer page) {
        int checksum = crc32c(page);
        page.putInt(page.position(), checksum);
        page.putInt(page.limit() - PageHeader.TRAILER_LENGTH, checksum);
    }

    /** Writes the CRC-32C into the field of a zip page. */
    public static void writeZip(ByteBuffer page) {
        page.putInt(page.position(), crc32cZip(page));
    }

    private static int fold(ByteBuffer page, int from, int to) {
        int hash = 0;
        for (int at = page.position() + from; at < page.position() + to; at++) {
            int value = page.get(at) & 0xff;
            hash = ((hash ^ value ^ FOLD_XOR_FIRST) << 8) + hash;
            hash = (hash ^ FOLD_XOR_SECOND) + value;
        }
        return hash;
    }

    private static int field(ByteBuffer page, int offset) {
        return page.getInt(page.position() + offset);
    }

    private static ByteBuffer range(ByteBuffer bytes, int from, int to) {
        return bytes.slice(bytes.position() + from, to - from);
    }
}
