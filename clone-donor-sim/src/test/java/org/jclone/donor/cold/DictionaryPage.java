package org.jclone.donor.cold;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A leaf of an index of the data dictionary, built row by row. */
final class DictionaryPage {

    static final int PAGE_SIZE = 16384;

    private static final int FIRST = 99;
    private static final int LAST = 112;
    private static final int TRANSACTION_BYTES = 13;

    private final ByteBuffer page = ByteBuffer.allocate(PAGE_SIZE);
    private int previous = FIRST;
    private int end = 120;

    DictionaryPage(long indexId) {
        page.putShort(24, (short) 17855);
        page.putShort(42, (short) 0x8002);
        page.putLong(66, indexId);
        page.putShort(FIRST - 2, (short) (LAST - FIRST));
    }

    DictionaryPage tablespace(long id, String name, long spaceId, String state) {
        String data = "flags=16417;id=" + spaceId + ";server_version=90704;space_version=1;state=" + state + ';';
        return row(
                ByteBuffer.allocate(8 + TRANSACTION_BYTES).putLong(id), 4, name, "encryption=N;", data, "", "InnoDB");
    }

    DictionaryPage file(long tablespaceId, String fileName) {
        ByteBuffer fixed = ByteBuffer.allocate(12 + TRANSACTION_BYTES).putLong(tablespaceId);
        return row(fixed.putInt(1), 1, fileName);
    }

    /** Marks the last row as deleted. */
    DictionaryPage deleted() {
        page.put(previous - 5, (byte) 0x20);
        return this;
    }

    private DictionaryPage row(ByteBuffer fixed, int nullBits, String... columns) {
        for (int i = columns.length - 1; i >= 0; i--) {
            int length = columns[i].length();
            if (length >= 0x80) {
                page.put(end++, (byte) length);
                page.put(end++, (byte) (0x80 | length >> 8));
            } else {
                page.put(end++, (byte) length);
            }
        }
        page.put(end, (byte) nullBits);
        int origin = end + 6;
        page.putShort(previous - 2, (short) (origin - previous));
        page.putShort(origin - 2, (short) (LAST - origin));
        page.put(origin, fixed.array());
        end = origin + fixed.capacity();
        for (String column : columns) {
            page.put(end, column.getBytes(StandardCharsets.US_ASCII));
            end += column.length();
        }
        previous = origin;
        return this;
    }

    /** Makes the last row point {@code distance} bytes ahead for its next row. */
    DictionaryPage leadOn(int distance) {
        page.putShort(previous - 2, (short) distance);
        return this;
    }

    ByteBuffer bytes() {
        return page;
    }
}
