package org.jclone.donor.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.PAGE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.REDO_COPY;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jclone.donor.source.DdlEvent;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.FspFlags;
import org.junit.jupiter.api.Test;

class DdlSummaryTest {

    private static final List<SourceFile> FILES = List.of(file("a", 1), file("b", 2), file("c", 3));

    private static SourceFile file(String name, long spaceId) {
        return SourceFile.tablespace("./t/" + name + ".ibd", spaceId, new FspFlags(0x4021), 1 << 20);
    }

    private static DdlEvent rename(SnapshotState during, int index, String newName) {
        return new DdlEvent.Rename(during, index, newName);
    }

    private static DdlEvent drop(SnapshotState during, int index) {
        return new DdlEvent.Drop(during, index, OptionalLong.empty());
    }

    /** Formats as "index flags name", where r means renamed and d means deleted. */
    private static List<String> before(SnapshotState state, DdlEvent... events) {
        FilePlan plan = new FilePlan(FILES, 16384);
        return DdlSummary.of(FILES, plan, Arrays.asList(events)).get(state).stream()
                .map(DdlSummaryTest::describe)
                .toList();
    }

    private static String describe(FileDescriptor file) {
        String flags = (file.isRenamed() ? "r" : "") + (file.isDeleted() ? "d" : "");
        return file.fileIndex() + " " + flags + " " + file.name();
    }

    @Test
    void announcesASwapAsTwoRenames() {
        assertThat(before(PAGE_COPY, rename(FILE_COPY, 0, "y"), rename(FILE_COPY, 1, "x")))
                .containsExactly("0 r y", "1 r x");
    }

    @Test
    void announcesDdlOfThePreviousStateOnly() {
        DdlEvent[] events = {rename(FILE_COPY, 0, "x"), drop(PAGE_COPY, 1), rename(PAGE_COPY, 0, "y")};

        assertThat(before(PAGE_COPY, events)).containsExactly("0 r x");
        assertThat(before(REDO_COPY, events)).containsExactly("1 d ./t/b.ibd", "0 r y");
    }

    @Test
    void givesANewFileTheNextIndexAndNoFlag() {
        DdlEvent[] events = {
            new DdlEvent.Create(FILE_COPY, file("new", 9)), rename(FILE_COPY, 3, "x"), rename(PAGE_COPY, 3, "y")
        };

        assertThat(before(PAGE_COPY, events)).containsExactly("3  x");
        assertThat(before(REDO_COPY, events)).containsExactly("3 r y");
    }

    @Test
    void keepsTheIndexOfACreatedAndDroppedFile() {
        DdlEvent[] events = {
            new DdlEvent.Create(FILE_COPY, file("x", 9)),
            drop(FILE_COPY, 3),
            new DdlEvent.Create(PAGE_COPY, file("y", 10))
        };

        assertThat(before(PAGE_COPY, events)).containsExactly("3 d ./t/x.ibd");
        assertThat(before(REDO_COPY, events)).containsExactly("4  ./t/y.ibd");
    }

    @Test
    void announcesNewFlagsWithoutDdlFlags() {
        FileDescriptor altered = DdlSummary.of(
                        FILES,
                        new FilePlan(FILES, 16384),
                        List.of(new DdlEvent.Alter(FILE_COPY, 2, FileDescriptor.FLAG_ZLIB)))
                .get(PAGE_COPY)
                .get(0);

        assertThat(altered.isZlibCompressed()).isTrue();
        assertThat(altered.flags()).isEqualTo(FileDescriptor.FLAG_ZLIB);
        assertThat(altered.firstChunk()).isEqualTo(3);
    }
}
