package org.jclone.cli;

import java.util.stream.LongStream;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/** What {@code jclone demo} clones: files of every kind, and a few changes during the clone. */
final class DemoData {

    private static final long MIB = 1 << 20;
    private static final int CHANGED_PAGES = 200;

    private DemoData() {}

    /** @param mib size of the largest table; the rest is about 20 MiB */
    static MadeData of(int mib) {
        return MadeData.builder(1995)
                .bufferPoolDump(4000)
                .systemTablespace(4 * MIB)
                .undoTablespaces(2, 2 * MIB)
                .dictionary(2 * MIB)
                .table("shop/orders", mib * MIB)
                .table("shop/orders_archive#p#y2024", 2 * MIB)
                .table("shop/orders_archive#p#y2025", 2 * MIB)
                .zipTable("shop/documents", 8192, 2 * MIB)
                .compressedTable("shop/journal", 2 * MIB)
                .generalTablespace("./reports.ibd", MIB)
                .table("shop/old_name", MIB)
                .table("shop/temporary", MIB)
                .modify("shop/orders", LongStream.range(1, 1 + CHANGED_PAGES).toArray())
                .rename(SnapshotState.FILE_COPY, "shop/old_name", "shop/new_name")
                .drop(SnapshotState.FILE_COPY, "shop/temporary")
                .create(SnapshotState.FILE_COPY, "shop/created_meanwhile")
                .modify("shop/created_meanwhile", 0, 1, 2)
                .redo(4 * MIB, 4 * MIB)
                .build();
    }

    static String whatHappens() {
        return CHANGED_PAGES + " pages change, a table is created, one renamed, one dropped";
    }
}
