package org.jclone.donor.cold;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.innodb.page.PageHeader;

/**
 * A leaf of an index in InnoDB's compact format, with its records that are not deleted.
 *
 * <pre>
 * offset  size  type  field
 *     24     2  u16   page type, 17855
 *     42     2  u16   number of records in the heap; the highest bit marks the compact format
 *     64     2  u16   level, 0 for leaves
 *     66     8  u64   index id
 *     99              origin of the infimum record
 *    112              origin of the supremum record
 * </pre>
 *
 * <p>Relative to its origin, each record has at -2 the distance to the next record (i16, modulo the page size), and at
 * -5 the deleted bit, 0x20. Big-endian. Source: docs/protocol/README.md, observations of the data dictionary.
 */
record LeafPage(long indexId, List<LeafRecord> records) {

    private static final int TYPE = 17855;
    private static final int HEAP = PageHeader.DATA + 4;
    private static final int COMPACT = 0x8000;
    private static final int LEVEL = PageHeader.DATA + 26;
    private static final int INDEX_ID = PageHeader.DATA + 28;
    private static final int FIRST = 99;
    private static final int LAST = 112;
    private static final int NEXT = -2;
    private static final int INFO = -5;
    private static final int DELETED = 0x20;
    private static final int MIN_RECORD_LENGTH = 6;

    /** Parses a page; empty if the page is something else, or its record list is damaged. */
    static Optional<LeafPage> of(ByteBuffer page) {
        if (page.getShort(PageHeader.TYPE) != (short) TYPE
                || (page.getShort(HEAP) & COMPACT) == 0
                || page.getShort(LEVEL) != 0) {
            return Optional.empty();
        }
        List<LeafRecord> records = new ArrayList<>();
        int origin = FIRST;
        for (int i = 0; i < page.limit() / MIN_RECORD_LENGTH; i++) {
            origin = origin + page.getShort(origin + NEXT) & page.limit() - 1;
            if (origin == LAST) {
                return Optional.of(new LeafPage(page.getLong(INDEX_ID), records));
            }
            if (origin < LAST || origin >= page.limit() - PageHeader.TRAILER_LENGTH) {
                return Optional.empty();
            }
            if ((page.get(origin + INFO) & DELETED) == 0) {
                records.add(new LeafRecord(page, origin));
            }
        }
        return Optional.empty();
    }
}
