package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.apply.Descriptors.table;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.innodb.page.TablespaceFirstPage;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of the table in docs/protocol/02-innodb-clone-stream.md, section 4.5, and their combinations. */
class FileApplierDdlTest {

    private static final String A = "./s/a.ibd";
    private static final String B = "./s/b.ibd";
    private static final String C = "./s/c.ibd";

    @TempDir
    Path root;

    private ApplierRig rig;

    @BeforeEach
    void copiesThreeFiles() throws Exception {
        rig = new ApplierRig(root);
        rig.copy(0, A);
        rig.copy(1, B);
        rig.copy(2, C);
    }

    @Test
    void dropsWithinAStateButKeepsTheFileUntilTheSummary() throws Exception {
        rig.apply(table(1, B).deleted());
        assertThat(rig.table.dataFile(1).isDropped()).isTrue();
        assertThat(rig.table.liveFiles()).hasSize(2);
        rig.assertFiles(Map.of("s/a.ibd", A, "s/b.ibd", B, "s/c.ibd", C));

        rig.summarise(table(1, B).deleted());
        rig.move();
        rig.assertFiles(Map.of("s/a.ibd", A, "s/c.ibd", C));
    }

    @Test
    void dropsWithinPageCopyToo() throws Exception {
        rig.move();
        rig.apply(table(1, B).in(SnapshotState.PAGE_COPY).deleted());
        rig.summarise(table(1, B).deleted());

        rig.assertFiles(Map.of("s/a.ibd", A, "s/c.ibd", C));
    }

    @Test
    void deletesFilesThatTheSummaryReportsAsDeleted() throws Exception {
        rig.summarise(table(0, A).deleted());

        rig.assertFiles(Map.of("s/b.ibd", B, "s/c.ibd", C));
        assertThat(rig.table.dataFile(0).isDropped()).isTrue();
        assertThat(rig.events).containsExactly(new CloneEvent.FileChanged(A, "dropped"));
    }

    @Test
    void deletesNothingTwice() throws Exception {
        rig.summarise(table(0, A).deleted(), table(0, A).deleted());

        rig.assertFiles(Map.of("s/b.ibd", B, "s/c.ibd", C));
        assertThat(rig.events).hasSize(1);
    }

    @Test
    void renamesThroughATemporaryName() throws Exception {
        rig.summarise(table(0, "./t/new.ibd").sized(1 << 20).renamed());
        rig.assertFiles(Map.of("t/new.ibd.#clone_ddl", A, "s/b.ibd", B, "s/c.ibd", C));
        assertThat(rig.pathOf(0)).isEqualTo("t/new.ibd.#clone_ddl");

        rig.move();
        rig.assertFiles(Map.of("t/new.ibd", A, "s/b.ibd", B, "s/c.ibd", C));
        assertThat(rig.pathOf(0)).isEqualTo("t/new.ibd");
        assertThat(rig.table.dataFile(0).descriptor().name()).isEqualTo("./t/new.ibd");
        assertThat(rig.events).containsExactly(new CloneEvent.FileChanged(A, "renamed to ./t/new.ibd"));
    }

    @Test
    void keepsTheLargerSizeWhenRenaming() throws Exception {
        rig.summarise(
                table(0, "./s/x.ibd").sized(1 << 20).renamed(),
                table(1, "./s/y.ibd").sized(1).renamed());

        assertThat(rig.table.dataFile(0).size()).isEqualTo(1 << 20);
        assertThat(rig.table.dataFile(1).size()).isEqualTo(7 * Descriptors.PAGE_SIZE);
    }

    @Test
    void swapsNames() throws Exception {
        rig.summarise(table(0, B).renamed(), table(1, A).renamed());
        rig.move();

        rig.assertFiles(Map.of("s/a.ibd", B, "s/b.ibd", A, "s/c.ibd", C));
    }

    @Test
    void rotatesNames() throws Exception {
        rig.summarise(table(2, A).renamed(), table(0, B).renamed(), table(1, C).renamed());
        rig.move();

        rig.assertFiles(Map.of("s/a.ibd", C, "s/b.ibd", A, "s/c.ibd", B));
    }

    @Test
    void renamesToADroppedNameInEitherOrder() throws Exception {
        rig.summarise(table(0, B).renamed(), table(1, B).deleted());
        rig.move();
        rig.assertFiles(Map.of("s/b.ibd", A, "s/c.ibd", C));

        rig.summarise(table(0, B).deleted(), table(2, B).renamed());
        rig.move();
        rig.assertFiles(Map.of("s/b.ibd", C));
    }

    /** A deletion may be reported again in the next round, when another file has the name. */
    @Test
    void keepsAFileThatReusesADroppedName() throws Exception {
        rig.summarise(table(1, B).deleted(), table(0, B).renamed());
        rig.move();
        rig.summarise(table(1, B).deleted());
        rig.move();

        rig.assertFiles(Map.of("s/b.ibd", A, "s/c.ibd", C));
    }

    @Test
    void renamesInBothRounds() throws Exception {
        rig.summarise(table(0, "./s/x.ibd").renamed());
        rig.move();
        rig.summarise(table(0, "./t/y.ibd").renamed(), table(1, "./s/x.ibd").renamed());
        rig.move();

        rig.assertFiles(Map.of("t/y.ibd", A, "s/x.ibd", B, "s/c.ibd", C));
    }

    @Test
    void renamesAFileBackAndForth() throws Exception {
        rig.summarise(table(0, "./s/x.ibd").renamed());
        rig.move();
        rig.summarise(table(0, A).renamed());
        rig.move();

        rig.assertFiles(Map.of("s/a.ibd", A, "s/b.ibd", B, "s/c.ibd", C));
    }

    @Test
    void doesNotRenameOverAnExistingFile() throws Exception {
        rig.summarise(table(0, B).renamed());

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(rig::move)
                .withMessage("two files of the donor would be " + root.resolve("s/b.ibd") + ": " + B + " and " + B)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.FILE_NAME_CLASH));
        assertThat(root.resolve("s/b.ibd")).hasContent(B);
    }

    @Test
    void adoptsOtherChanges() throws Exception {
        rig.summarise(table(0, A).flagged(FileDescriptor.FLAG_ZLIB));
        rig.move();

        assertThat(rig.table.dataFile(0).descriptor().isZlibCompressed()).isTrue();
        assertThat(rig.pathOf(0)).isEqualTo("s/a.ibd");
        rig.assertFiles(Map.of("s/a.ibd", A, "s/b.ibd", B, "s/c.ibd", C));
    }

    @Test
    void createsNewFilesWithTheirFirstPages() throws Exception {
        rig.summarise(table(3, "./t/new.ibd").sized(1 << 20));
        assertThat(rig.pathOf(3)).isEqualTo("t/new.ibd.#clone_ddl");
        rig.move();

        byte[] content = Files.readAllBytes(root.resolve("t/new.ibd"));
        ByteBuffer firstPage = TablespaceFirstPage.create(
                103,
                new FspFlags(Descriptors.TABLE),
                Descriptors.PAGE_SIZE,
                ApplierRig.SERVER_VERSION,
                Optional.empty());
        assertThat(content).hasSize(7 * Descriptors.PAGE_SIZE);
        assertThat(ByteBuffer.wrap(content, 0, Descriptors.PAGE_SIZE)).isEqualTo(firstPage);
        assertThat(Arrays.copyOfRange(content, Descriptors.PAGE_SIZE, content.length))
                .containsOnly(0);
        assertThat(rig.table.dataFile(3).size()).isEqualTo(1 << 20);
        assertThat(rig.events).containsExactly(new CloneEvent.FileChanged("./t/new.ibd", "created"));
    }

    @Test
    void createsUndoTablespacesOf16Mebibytes() throws Exception {
        rig.summarise(table(3, "undo_x.ibu").withSpace(SpaceIds.UNDO_MAX - 5, 0));
        rig.move();

        assertThat(root.resolve("undo_x.ibu")).hasSize(16 << 20);
    }

    @Test
    void createsFilesForCompressedRows() throws Exception {
        rig.summarise(table(3, "./s/zip.ibd").withSpace(103, 0x4027));
        rig.move();

        assertThat(root.resolve("s/zip.ibd")).hasSize(7 * 4096);
    }

    @Test
    void countsFilesThatWereCreatedAndDropped() throws Exception {
        rig.summarise(table(3, "./s/x.ibd").deleted(), table(4, "./s/y.ibd"));
        rig.move();

        assertThat(rig.table.dataFileCount()).isEqualTo(5);
        assertThat(rig.table.dataFile(3).isDropped()).isTrue();
        assertThat(root.resolve("s/x.ibd")).doesNotExist();
        assertThat(root.resolve("s/y.ibd")).exists();
        assertThat(rig.table.liveFiles()).hasSize(4);
    }

    @Test
    void createsAndRenamesInBothRounds() throws Exception {
        rig.summarise(table(3, "./s/x.ibd"), table(0, "./s/y.ibd").renamed());
        rig.move();
        Files.writeString(root.resolve("s/x.ibd"), "x");
        rig.summarise(
                table(4, "./s/z.ibd"),
                table(3, A).renamed(),
                table(0, "./s/x.ibd").renamed());
        rig.move();
        Files.writeString(root.resolve("s/z.ibd"), "z");

        rig.assertFiles(Map.of("s/a.ibd", "x", "s/x.ibd", A, "s/z.ibd", "z", "s/b.ibd", B, "s/c.ibd", C));
    }

    /** A table that is truncated is dropped and created again under its name, with another space. */
    @Test
    void createsUnderANameThatWasDropped() throws Exception {
        rig.summarise(table(3, A), table(0, A).deleted());
        rig.move();

        assertThat(rig.pathOf(3)).isEqualTo("s/a.ibd");
        assertThat(root.resolve("s/a.ibd")).hasSize(7 * Descriptors.PAGE_SIZE);
        assertThat(rig.table.liveFiles()).hasSize(3);
    }

    @Test
    void dropsInTheSecondRoundAFileCreatedInTheFirst() throws Exception {
        rig.summarise(table(3, "./s/x.ibd"), table(1, "./s/y.ibd").renamed());
        rig.move();
        rig.summarise(table(3, "./s/x.ibd").deleted(), table(1, "./s/y.ibd").deleted());
        rig.move();

        rig.assertFiles(Map.of("s/a.ibd", A, "s/c.ibd", C));
    }

    /** A file dropped after its rename, before the end of the summary, is not renamed. */
    @Test
    void ignoresARenameFollowedByADrop() throws Exception {
        rig.summarise(table(0, "./s/x.ibd").renamed(), table(0, "./s/x.ibd").deleted());
        rig.move();

        rig.assertFiles(Map.of("s/b.ibd", B, "s/c.ibd", C));
    }
}
