package org.jclone.donor.cold;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jclone.protocol.innodb.page.PageHeader;

/**
 * A record of a table with up to eight nullable columns. Fixed-length columns come first; the others are read in order.
 * A value that does not fit into the page reads as empty, and {@link #fits} returns false.
 *
 * <pre>
 * offset from the origin
 *   ... -7   lengths in reverse order of the columns: one byte; from 128 on two bytes, where the one closer to the
 *            origin has 0x80, 0x40 if the value is stored externally, and the six high bits
 *       -6   null bits, the lowest for the first column
 *        0   the columns
 * </pre>
 */
final class LeafRecord {

    private static final int NULL_BITS = -6;
    private static final int TWO_BYTES = 0x80;
    private static final int ELSEWHERE = 0x40;
    private static final int HIGH_BITS = 0x3f;

    private final ByteBuffer page;
    private final int origin;
    private int nullBit = 1;
    private int lengthAt;
    private int at;
    private boolean fits = true;

    LeafRecord(ByteBuffer page, int origin) {
        this.page = page;
        this.origin = origin;
    }

    /** Skips the fixed-length columns. Call it first. */
    LeafRecord skipFixed(int bytes) {
        nullBit = 1;
        lengthAt = origin + NULL_BITS - 1;
        at = origin + bytes;
        fits = at <= page.limit();
        return this;
    }

    /** Reads a u64 from the fixed-length columns. */
    long u64(int offset) {
        return fits ? page.getLong(origin + offset) : 0;
    }

    /** Reads a u32 from the fixed-length columns. */
    long u32(int offset) {
        return fits ? Integer.toUnsignedLong(page.getInt(origin + offset)) : 0;
    }

    /** Reads the next column, which is NOT NULL. */
    String text() {
        int length = length();
        if (!fits || at + length > page.limit()) {
            fits = false;
            return "";
        }
        byte[] bytes = new byte[length];
        page.get(at, bytes);
        at += length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads the next column; empty if it is null. */
    String nullableText() {
        boolean isNull = (page.get(origin + NULL_BITS) & nullBit) != 0;
        nullBit <<= 1;
        return isNull ? "" : text();
    }

    private int length() {
        int first = lengthByte();
        if ((first & TWO_BYTES) == 0) {
            return first;
        }
        fits &= (first & ELSEWHERE) == 0;
        return (first & HIGH_BITS) << 8 | lengthByte();
    }

    private int lengthByte() {
        fits &= lengthAt >= PageHeader.DATA;
        return fits ? page.get(lengthAt--) & 0xff : 0;
    }

    /** Returns whether everything read so far lies within the page. */
    boolean fits() {
        return fits;
    }
}
