package org.jclone.protocol.innodb.page;

/**
 * The effect on a CRC-32C of appending a fixed number of bytes. It allows the checksum of the whole to be computed
 * from the checksums of its parts:
 *
 * <pre>
 * crc(A then B) = shift(crc(A), length of B) xor crc(B)
 * </pre>
 *
 * <p>A CRC is the remainder of a polynomial over GF(2). Appending a zero byte is therefore a linear map of its 32
 * bits, and appending n bytes is that map to the power of n. The map is stored as a table of four times 256 values.
 */
final class Crc32cShift {

    /** Castagnoli's polynomial, bit-reversed. */
    private static final int POLYNOMIAL = 0x82f6_3b78;

    /** For each of eight bytes, the first one first: its contribution to the checksum of these bytes. */
    private static final int[] EIGHT_BYTES = eightBytes();

    private final int[] table = new int[4 * 256];

    /** @param bytes number of bytes appended */
    Crc32cShift(long bytes) {
        int[] map = identity();
        int[] power = oneByte();
        for (long left = bytes; left > 0; left >>= 1) {
            if ((left & 1) != 0) {
                map = compose(power, map);
            }
            power = compose(power, power);
        }
        for (int position = 0; position < 4; position++) {
            for (int value = 0; value < 256; value++) {
                table[position << 8 | value] = apply(map, value << 8 * position);
            }
        }
    }

    /**
     * Returns the checksum of {@code first} followed by the fixed number of bytes, whose checksum is {@code second}.
     */
    int append(int first, int second) {
        return table[first & 0xff]
                ^ table[0x100 | first >>> 8 & 0xff]
                ^ table[0x200 | first >>> 16 & 0xff]
                ^ table[0x300 | first >>> 24]
                ^ second;
    }

    /**
     * Returns the checksum of {@code first} followed by the eight bytes of {@code value}, the most significant one first.
     */
    static int appendLong(int first, long value) {
        int[] table = EIGHT_BYTES;
        int high = (int) (value >>> Integer.SIZE) ^ Integer.reverseBytes(~first);
        int low = (int) value;
        return ~(table[high >>> 24]
                ^ table[0x100 | high >>> 16 & 0xff]
                ^ table[0x200 | high >>> 8 & 0xff]
                ^ table[0x300 | high & 0xff]
                ^ table[0x400 | low >>> 24]
                ^ table[0x500 | low >>> 16 & 0xff]
                ^ table[0x600 | low >>> 8 & 0xff]
                ^ table[0x700 | low & 0xff]);
    }

    private static int[] eightBytes() {
        int[] tables = new int[Long.BYTES * 256];
        int[] zeroByte = oneByte();
        int[] map = zeroByte;
        for (int position = Long.BYTES - 1; position >= 0; position--) {
            for (int value = 0; value < 256; value++) {
                tables[position << 8 | value] = apply(map, value);
            }
            map = compose(zeroByte, map);
        }
        return tables;
    }

    /** A map consists of 32 images, one for each bit. */
    private static int[] identity() {
        int[] map = new int[Integer.SIZE];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            map[bit] = 1 << bit;
        }
        return map;
    }

    private static int[] oneByte() {
        int[] map = identity();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            for (int i = 0; i < Byte.SIZE; i++) {
                map[bit] = (map[bit] >>> 1) ^ ((map[bit] & 1) != 0 ? POLYNOMIAL : 0);
            }
        }
        return map;
    }

    private static int[] compose(int[] outer, int[] inner) {
        int[] map = new int[Integer.SIZE];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            map[bit] = apply(outer, inner[bit]);
        }
        return map;
    }

    private static int apply(int[] map, int value) {
        int image = 0;
        for (int rest = value; rest != 0; rest &= rest - 1) {
            image ^= map[Integer.numberOfTrailingZeros(rest)];
        }
        return image;
    }
}
