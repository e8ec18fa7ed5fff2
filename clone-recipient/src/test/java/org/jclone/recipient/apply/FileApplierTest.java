package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.apply.Descriptors.redo;
import static org.jclone.recipient.apply.Descriptors.table;

import java.nio.file.Path;
import java.util.Map;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Announced files; DDL has a separate test. */
class FileApplierTest {

    @TempDir
    Path root;

    private ApplierRig rig;

    @BeforeEach
    void setUp() {
        rig = new ApplierRig(root);
    }

    private void assertMalformed(Descriptors file, String field, int offset, String reason) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> rig.apply(file))
                .withMessageContaining(reason)
                .satisfies(failure ->
                        assertThat(failure.field() + '@' + failure.offset()).isEqualTo(field + '@' + offset));
    }

    @Test
    void createsEveryKindOfFileAtItsPlace() throws Exception {
        rig.apply(table(0, "ib_buffer_pool").withSpace(SpaceIds.NONE, FileDescriptor.NO_FSP_FLAGS));
        rig.apply(table(1, "ibdata1").withSpace(SpaceIds.SYSTEM, 0x4000));
        rig.apply(table(2, "ibdata2").withSpace(SpaceIds.SYSTEM, 0x4000));
        rig.apply(table(3, "undo_001").withSpace(SpaceIds.UNDO_MAX, 0));
        rig.apply(table(4, "undo_x.ibu").withSpace(SpaceIds.UNDO_MIN, 0));
        rig.apply(table(5, "mysql.ibd").withSpace(SpaceIds.DICTIONARY, Descriptors.GENERAL_TABLESPACE));
        rig.apply(table(6, "./g1.ibd").withSpace(7, Descriptors.GENERAL_TABLESPACE));
        rig.apply(table(7, "./shop/orders#p#p0.ibd"));

        rig.assertFiles(Map.of(
                "ib_buffer_pool", "",
                "ibdata1", "",
                "ibdata2", "",
                "undo_001", "",
                "undo_x.ibu", "",
                "mysql.ibd", "",
                "g1.ibd", "",
                "shop/orders#p#p0.ibd", ""));
        assertThat(rig.table.dataFileCount()).isEqualTo(8);
        assertThat(rig.events).isEmpty();
    }

    @Test
    void ignoresRepeatedAnnouncements() throws Exception {
        rig.copy(0, "./s/a.ibd");
        rig.apply(table(0, "./s/a.ibd"));
        rig.apply(table(0, "./s/other.ibd"));

        rig.assertFiles(Map.of("s/a.ibd", "./s/a.ibd"));
        assertThat(rig.table.dataFileCount()).isEqualTo(1);
    }

    @Test
    void refusesAGapInTheIndexes() throws Exception {
        rig.copy(0, "./s/a.ibd");

        assertMalformed(table(2, "./s/c.ibd"), "fileIndex", 46, "2 (expected: <= 1)");
        rig.goTo(SnapshotState.PAGE_COPY);
        assertMalformed(
                table(0xffff_ffffL, "./s/c.ibd").withSpace(7, Descriptors.TABLE).in(SnapshotState.REDO_COPY),
                "fileIndex",
                46,
                "4294967295 (expected: < 4194304)");
        rig.assertFiles(Map.of("s/a.ibd", "./s/a.ibd"));
    }

    @Test
    void refusesToDropAnUnknownFile() throws Exception {
        rig.copy(0, "./s/a.ibd");

        assertMalformed(table(1, "./s/b.ibd").deleted(), "fileIndex", 46, "1 (expected: < 1)");
    }

    @ParameterizedTest
    @CsvSource({
        "INIT, FILE_COPY",
        "INIT, INIT",
        "FILE_COPY, INIT",
        "FILE_COPY, REDO_COPY",
        "FILE_COPY, DONE",
        "PAGE_COPY, FILE_COPY",
        "PAGE_COPY, PAGE_COPY",
        "REDO_COPY, REDO_COPY",
        "REDO_COPY, DONE",
        "DONE, DONE",
    })
    void refusesADataFileOfAnotherState(SnapshotState current, SnapshotState announced) throws Exception {
        rig.goTo(current);

        assertMalformed(
                table(0, "./s/a.ibd").in(announced), "state", 12, announced + " while the recipient is in " + current);
        rig.assertFiles(Map.of());
    }

    @Test
    void refusesADataFileWithoutName() {
        assertMalformed(table(0, ""), "name", 62, "missing for a data file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../s/../x.ibd", "./s/../../x.ibd", "/etc/passwd", "./s/x.so", "ib_buffer_pool.ibd/.."})
    void createsNothingUnderARefusedName(String name) throws Exception {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> rig.apply(table(0, name)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.PROTOCOL));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> rig.summarise(table(0, name)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.PROTOCOL));

        rig.assertFiles(Map.of());
        assertThat(rig.table.dataFileCount()).isZero();
    }

    @Test
    void refusesAPathForASystemTablespace() {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> rig.apply(table(0, "/var/ibdata1").withSpace(SpaceIds.SYSTEM, 0x4000)))
                .withMessageContaining("a base name without folders");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> rig.apply(table(0, "./s/undo_001").withSpace(SpaceIds.UNDO_MAX, 0)))
                .withMessageContaining("a base name without folders");
    }

    @Test
    void relocatesOutsideFilesAndReportsThem() throws Exception {
        rig = new ApplierRig(root, RedoNaming.IB_REDO, Map.of("/fast", root.resolve("mapped")));
        rig.apply(table(0, "/ext/shop/orders.ibd"));
        rig.apply(table(1, "/ext/gext.ibd").withSpace(7, Descriptors.GENERAL_TABLESPACE));
        rig.apply(table(2, "/fast/shop/items.ibd"));

        rig.assertFiles(Map.of("shop/orders.ibd", "", "gext.ibd", "", "mapped/shop/items.ibd", ""));
        assertThat(rig.events)
                .containsExactly(
                        new CloneEvent.TablespaceRelocated("/ext/shop/orders.ibd", root + "/shop/orders.ibd"),
                        new CloneEvent.TablespaceRelocated("/ext/gext.ibd", root + "/gext.ibd"),
                        new CloneEvent.TablespaceRelocated("/fast/shop/items.ibd", root + "/mapped/shop/items.ibd"));
    }

    @Test
    void listsOnlyFilesThatAreFinallyOutside() throws Exception {
        rig.apply(table(0, "/ext/s/a.ibd"));
        rig.apply(table(1, "/ext/s/b.ibd"));
        rig.apply(table(2, "/ext/s/c.ibd"));
        rig.summarise(
                table(0, "/ext/t/a2.ibd").renamed(),
                table(1, "/ext/s/b.ibd").deleted(),
                table(2, "./s/c2.ibd").renamed());
        rig.move();

        assertThat(rig.applier.relocated()).isEqualTo(Map.of("/ext/t/a2.ibd", root.resolve("t/a2.ibd")));
    }

    @Test
    void namesRedoFilesByTheirIndex() throws Exception {
        rig.goTo(SnapshotState.REDO_COPY);
        rig.apply(redo(0, 8 << 20));
        rig.apply(redo(0, 8 << 20));
        rig.apply(redo(1, 8 << 20));

        rig.assertFiles(Map.of("#innodb_redo/#ib_redo0", "", "#innodb_redo/#ib_redo1", ""));
        assertThat(rig.table.liveFiles()).extracting(TargetFile::size).containsExactly(8L << 20, 8L << 20);
        assertThat(rig.table.dataFileCount()).isZero();
    }

    @Test
    void acceptsRedoFilesInAnyOrder() throws Exception {
        rig.goTo(SnapshotState.REDO_COPY);
        rig.apply(redo(2, 8 << 20));
        rig.apply(redo(0, 8 << 20));
        rig.apply(redo(1, 8 << 20));

        assertThat(rig.table.liveFiles())
                .extracting(file -> file.path().getFileName().toString())
                .containsExactly("#ib_redo0", "#ib_redo1", "#ib_redo2");
    }

    @Test
    void refusesMoreRedoFilesThanADonorHas() throws Exception {
        rig.goTo(SnapshotState.REDO_COPY);
        rig.apply(redo(999, 8 << 20));

        assertMalformed(redo(1000, 8 << 20), "fileIndex", 46, "1000 (expected: < 1000)");
    }

    @Test
    void createsTwoRedoFilesForOldServers() throws Exception {
        rig = new ApplierRig(root, RedoNaming.IB_LOGFILE, Map.of());
        rig.goTo(SnapshotState.REDO_COPY);
        rig.apply(redo(0, 48 << 20));
        rig.assertFiles(Map.of("ib_logfile0", "", "ib_logfile1", ""));
        assertThat(rig.table.liveFiles()).extracting(TargetFile::size).containsExactly(48L << 20, 48L << 20);

        rig.apply(redo(1, 48 << 20));
        rig.apply(redo(2, 48 << 20));
        rig.assertFiles(Map.of("ib_logfile0", "", "ib_logfile1", "", "ib_logfile2", ""));
    }
}
