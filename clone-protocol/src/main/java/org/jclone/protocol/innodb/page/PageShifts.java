package org.jclone.protocol.innodb.page;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** The CRC-32C shifts over the parts of a page, computed once for each page size. */
final class PageShifts {

    static final Crc32cShift TRAILER = new Crc32cShift(PageHeader.TRAILER_LENGTH);

    private static final AtomicReferenceArray<Crc32cShift> BODIES = new AtomicReferenceArray<>(Integer.SIZE);

    private PageShifts() {}

    /**
     * Returns the shift over the bytes between header and trailer of a page of {@code length} bytes, a power of two.
     */
    static Crc32cShift body(int length) {
        int index = Integer.numberOfTrailingZeros(length);
        Crc32cShift shift = BODIES.get(index);
        if (shift == null) {
            shift = new Crc32cShift(length - PageHeader.DATA - PageHeader.TRAILER_LENGTH);
            BODIES.set(index, shift);
        }
        return shift;
    }
}
