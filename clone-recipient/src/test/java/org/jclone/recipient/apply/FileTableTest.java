package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.apply.Descriptors.block;
import static org.jclone.recipient.apply.Descriptors.redo;
import static org.jclone.recipient.apply.Descriptors.table;

import java.nio.file.Path;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileTableTest {

    private static final long MIB = 1 << 20;
    private static final long MAX_FILE_BYTES = 1L << 48;

    private SnapshotState state = SnapshotState.INIT;
    private final FileTable files = new FileTable(Descriptors.PAGE_SIZE, () -> state);

    private TargetFile add(Descriptors file) {
        TargetFile target = new TargetFile(file.file(), Path.of("/data/clone", file.name()));
        files.addDataFile(target);
        return target;
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotState.class,
            names = {"FILE_COPY", "PAGE_COPY"})
    void findsDataFilesByIndex(SnapshotState state) {
        add(table(0, "a.ibd"));
        TargetFile second = add(table(1, "b.ibd"));
        this.state = state;

        assertThat(files.fileOf(block(state, 1, 0, 100, 100))).isSameAs(second);
        assertThat(files.dataFile(1)).isSameAs(second);
        assertThat(files.dataFileCount()).isEqualTo(2);
    }

    /** 2^48 bytes each, in pages of 16 KiB, and one page more: checksum numbers must not overflow. */
    @Test
    void refusesMorePagesThanChecksumSlots() {
        for (int i = 0; i < 255; i++) {
            files.addDataFile(
                    new TargetFile(table(i, "a" + i).sized(MAX_FILE_BYTES).file(), Path.of("/data/a" + i)));
        }
        TargetFile last =
                new TargetFile(table(255, "last").sized(MAX_FILE_BYTES).file(), Path.of("/data/last"));

        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> files.addDataFile(last))
                .withMessageContaining("2^42 pages");
        assertThat(files.dataFileCount()).isEqualTo(255);
    }

    @Test
    void limitsTheNumberOfFiles() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> files.requireNext(
                        table(1 << 22, "a").in(SnapshotState.PAGE_COPY).file()))
                .withMessageContaining("4194304 (expected: < 4194304)");
    }

    @Test
    void numbersRedoFilesSeparately() {
        add(table(0, "a.ibd"));
        TargetFile redoFile = new TargetFile(redo(3, MIB).file(), Path.of("/data/clone/#innodb_redo/#ib_redo3"));
        files.addRedoFile(3, redoFile);
        state = SnapshotState.REDO_COPY;

        assertThat(files.fileOf(block(SnapshotState.REDO_COPY, 3, 0, 512, MIB))).isSameAs(redoFile);
        assertThat(files.hasRedoFile(3)).isTrue();
        assertThat(files.hasRedoFile(0)).isFalse();
        assertThat(files.dataFileCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL})
    void refusesAnUnannouncedIndex(long index) {
        add(table(0, "a.ibd"));
        for (SnapshotState state :
                new SnapshotState[] {SnapshotState.FILE_COPY, SnapshotState.PAGE_COPY, SnapshotState.REDO_COPY}) {
            this.state = state;
            assertMalformed(block(state, index, 0, 1, 1), "fileIndex", 28, index + " (expected: ");
        }
    }

    private void assertMalformed(DataDescriptor block, String field, int offset, String reason) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> files.fileOf(block))
                .withMessageContaining(reason)
                .satisfies(failure ->
                        assertThat(failure.field() + '@' + failure.offset()).isEqualTo(field + '@' + offset));
    }

    @ParameterizedTest
    @EnumSource(SnapshotState.class)
    void refusesBlocksOfAnotherState(SnapshotState current) {
        add(table(0, "a.ibd"));
        state = current;
        for (SnapshotState other : SnapshotState.values()) {
            if (other != current) {
                assertMalformed(block(other, 0, 0, 1, 1), "state", 12, other + " while the recipient is in " + current);
            }
        }
    }

    @Test
    void refusesBlocksBeforeTheFirstState() {
        add(table(0, "a.ibd"));

        assertMalformed(
                block(SnapshotState.FILE_COPY, 0, 0, 1, 1), "state", 12, "FILE_COPY while the recipient is in INIT");
    }

    @Test
    void refusesBlocksOfFileCopyBeyondTheSizeOfTheFile() {
        TargetFile file = add(table(0, "a.ibd").sized(100));
        state = SnapshotState.FILE_COPY;
        assertThat(files.fileOf(block(SnapshotState.FILE_COPY, 0, 90, 10, 100))).isSameAs(file);

        for (long offset : new long[] {91, 100, MAX_FILE_BYTES, Long.MAX_VALUE}) {
            assertMalformed(
                    block(SnapshotState.FILE_COPY, 0, offset, 10, 100),
                    "fileOffset",
                    36,
                    offset + " and 10 bytes (expected: up to 100)");
        }
    }

    @Test
    void acceptsPagesBeyondTheKnownEnd() {
        TargetFile file = add(table(0, "a.ibd").sized(100));
        state = SnapshotState.PAGE_COPY;
        assertThat(files.fileOf(block(SnapshotState.PAGE_COPY, 0, MAX_FILE_BYTES - 10, 10, 100)))
                .isSameAs(file);

        for (long offset : new long[] {MAX_FILE_BYTES - 9, MAX_FILE_BYTES, Long.MAX_VALUE}) {
            assertMalformed(
                    block(SnapshotState.PAGE_COPY, 0, offset, 10, 100),
                    "fileOffset",
                    36,
                    offset + " and 10 bytes (expected: up to " + MAX_FILE_BYTES + ')');
        }
    }

    @Test
    void refusesASizeBeyondAnyFile() {
        TargetFile file = add(table(0, "a.ibd").sized(100));
        state = SnapshotState.PAGE_COPY;
        assertThat(files.fileOf(block(SnapshotState.PAGE_COPY, 0, 0, 10, MAX_FILE_BYTES)))
                .isSameAs(file);

        assertMalformed(
                block(SnapshotState.PAGE_COPY, 0, 0, 10, MAX_FILE_BYTES + 1), "fileSize", 44, "(expected: <= 2^48)");
    }

    @Test
    void growsATablespaceOfOneFile() {
        TargetFile file = add(table(0, "a.ibd").sized(MIB));
        add(table(1, "b.ibd").sized(MIB));
        files.raiseSpaceSize(0, 5 * MIB);
        assertThat(file.size()).isEqualTo(5 * MIB);

        files.raiseSpaceSize(0, 3 * MIB);
        assertThat(file.size()).as("never shrinks").isEqualTo(5 * MIB);
    }

    @Test
    void growsTheLastFileOfATablespace() {
        add(table(0, "ib_buffer_pool").sized(6364));
        TargetFile first = add(system(1, 12 * MIB));
        TargetFile second = add(system(2, 50 * MIB));
        TargetFile third = add(system(3, 64 * MIB));
        TargetFile next = add(table(4, "a.ibd").sized(MIB));
        files.raiseSpaceSize(1, 500 * MIB);

        assertThat(first.size()).isEqualTo(12 * MIB);
        assertThat(second.size()).isEqualTo(50 * MIB);
        assertThat(third.size()).isEqualTo((500 - 62) * MIB);
        assertThat(next.size()).isEqualTo(MIB);
    }

    @Test
    void changesNothingWhereTheKnownFilesAreLargeEnough() {
        TargetFile first = add(system(0, 12 * MIB));
        TargetFile second = add(system(1, 50 * MIB));
        files.raiseSpaceSize(0, 62 * MIB);
        assertThat(second.size()).isEqualTo(50 * MIB);

        files.raiseSpaceSize(0, 20 * MIB);
        assertThat(first.size()).isEqualTo(12 * MIB);
        assertThat(second.size()).isEqualTo(50 * MIB);
    }

    @Test
    void listsLiveFilesWithRedoAtTheEnd() {
        TargetFile first = add(table(0, "a.ibd"));
        add(table(1, "b.ibd")).drop();
        TargetFile redoFile = new TargetFile(redo(0, MIB).file(), Path.of("/data/clone/#innodb_redo/#ib_redo0"));
        files.addRedoFile(0, redoFile);
        TargetFile last = add(table(2, "c.ibd"));

        assertThat(files.liveFiles()).containsExactly(first, last, redoFile);
    }

    private static Descriptors system(long index, long size) {
        return table(index, "ibdata" + index).withSpace(SpaceIds.SYSTEM, 0x4000).sized(size);
    }
}
