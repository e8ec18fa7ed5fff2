package org.jclone.donor.cold;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jclone.protocol.innodb.page.PageHeader;

/**
 * A record of a table with up to eight columns that may be null. Columns of fixed length come first; the others are
 * read in their order. What does not fit into the page reads as nothing, and {@link #fits} tells.
 *
 * <pre>
 * offset from the origin
 *   ... -7   lengths, that of the first column last: one byte, or from 128 on two, of which the one nearer to the origin
 *            has 0x80, 0x40 if the value lies elsewhere, and the six high bits
 *       -6   null bits, the first column's lowest
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

    /** To be called first. */
    LeafRecord skipFixed(int bytes) {
        nullBit = 1;
        lengthAt = origin + NULL_BITS - 1;
        at = origin + bytes;
        fits = at <= page.limit();
        return this;
    }

    /** A u64 among the columns of fixed length. */
    long u64(int offset) {
        return fits ? page.getLong(origin + offset) : 0;
    }

    /** A u32 among the columns of fixed length. */
    long u32(int offset) {
        return fits ? Integer.toUnsignedLong(page.getInt(origin + offset)) : 0;
    }

    /** The next column, which cannot be null. */
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

    /** The next column, empty if it is null. */
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

    /** Whether all that was read lies in the page. */
    boolean fits() {
        return fits;
    }
}
