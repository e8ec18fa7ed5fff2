package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clones with undo tablespaces, redo log and system tablespace in separate directories. */
class InnodbDirectoriesTest {

    private static final MadeData DATA = MadeData.builder(23)
            .bufferPoolDump(700)
            .systemTablespace(64 << 10, 64 << 10)
            .undoTablespaces(2, 256 << 10)
            .table("t/a", 1 << 20)
            .redo(64 << 10, 32 << 10)
            .build();

    private static final Set<String> UNDO = Set.of("undo_001", "undo_002");
    private static final Set<String> SYSTEM = Set.of("ib_buffer_pool", "ibdata1", "ibdata2");
    private static final String FOREIGN = "precious";

    @TempDir
    Path parent;

    private Path undo;
    private Path redo;

    /** Below the data directory. */
    private Path system;

    @BeforeEach
    void choose() throws IOException {
        Path outside = Files.createDirectory(parent.resolve("outside"));
        undo = outside.resolve("undo");
        redo = outside.resolve("redo");
        system = parent.resolve("target/system");
    }

    private CloneRig rig() {
        return rig(FaultScript.NONE);
    }

    private CloneRig rig(FaultScript faults) {
        return CloneRig.of(parent, DATA, faults)
                .with(request -> request.target(it -> it.withInnodb(
                                it.innodb().withUndo(undo).withRedo(redo).withSystem(system)))
                        .interruptions(it -> it.withReconnectTimeout(Duration.ZERO)));
    }

    /** Breaks the only data connection during the copy. */
    private static FaultScript broken() {
        return FaultScript.of(
                Fault.on(main()).at(Moment.data(SnapshotState.FILE_COPY).nth(5)).then(Action.close()));
    }

    private void assertWhole(CloneRig rig) throws Exception {
        VerificationReport report = new DirectoryCheck(rig.target(), 2).run();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
        assertThat(report.damages()).isEmpty();
        assertThat(FinalState.filesBelow(undo)).isEqualTo(UNDO);
        assertThat(FinalState.filesBelow(system)).isEqualTo(SYSTEM);
        assertThat(FinalState.filesBelow(redo)).isNotEmpty().allMatch(name -> name.startsWith("#innodb_redo/#ib_redo"));
        for (Path apart : Set.of(undo, system, redo)) {
            for (String name : FinalState.filesBelow(apart)) {
                Path together = rig.target().resolve(name);
                Files.createDirectories(together.getParent());
                Files.move(apart.resolve(name), together);
            }
        }
        FinalState.assertIdentical(DATA, rig.target());
    }

    @Test
    void getTheirFilesAndNoOthers() throws Exception {
        try (CloneRig rig = rig()) {
            assertThat(rig.run().configuration().settings())
                    .contains(
                            "innodb_undo_directory=" + undo,
                            "innodb_log_group_home_dir=" + redo,
                            "innodb_data_home_dir=" + system);
            assertWhole(rig);
        }
    }

    @Test
    void mayBeOneDirectory() throws Exception {
        redo = undo;
        system = undo;
        try (CloneRig rig = rig()) {
            rig.run();
            assertThat(FinalState.filesBelow(undo))
                    .containsAll(UNDO)
                    .containsAll(SYSTEM)
                    .contains("#innodb_redo/#ib_redo0");
            assertThat(new DirectoryCheck(rig.target(), 2).run().damages()).isEmpty();
        }
    }

    @Test
    void areFoundByVerifyAfterAServerRan() throws Exception {
        try (CloneRig rig = rig()) {
            rig.run();
            Files.delete(rig.target().resolve("#clone/#status_fix"));
            byte[] page = new byte[16];
            page[0] = 1;
            overwrite(undo.resolve("undo_002"), 3 << 14, page);
            overwrite(system.resolve("ibdata1"), 2 << 14, page);

            VerificationReport report = new DirectoryCheck(rig.target(), 2).run();

            assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.SERVER_WAS_STARTED);
            assertThat(report.files()).isEqualTo(5);
            assertThat(report.damages())
                    .hasSize(2)
                    .anyMatch(damage -> damage.contains(undo + "/undo_002"))
                    .anyMatch(damage -> damage.contains(system + "/ibdata1"));
        }
    }

    private static void overwrite(Path file, int at, byte[] bytes) throws IOException {
        byte[] content = Files.readAllBytes(file);
        System.arraycopy(bytes, 0, content, at, bytes.length);
        Files.write(file, content);
    }

    @Test
    void areRefusedIfNotEmpty() throws Exception {
        Files.writeString(Files.createDirectory(redo).resolve(FOREIGN), "keep me");
        try (CloneRig rig = rig()) {
            CloneException refused = rig.refused();
            assertThat(refused.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
            assertThat(refused).hasMessage(redo + " is not empty: it holds precious");
            assertThat(rig.target()).doesNotExist();
        }
        assertThat(redo.resolve(FOREIGN)).hasContent("keep me");
    }

    @Test
    void areRefusedAsSymbolicLinks() throws Exception {
        Path elsewhere = Files.createDirectory(parent.resolve("outside/elsewhere"));
        Files.createSymbolicLink(undo, elsewhere);
        try (CloneRig rig = rig()) {
            assertThat(rig.refused()).hasMessage(undo + " is a symbolic link");
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void areRefusedIfTheyAreTheSameByALink() throws Exception {
        Path link = Files.createSymbolicLink(parent.resolve("outside/link"), parent);
        for (Path same : List.of(link.resolve("outside/undo"), link.resolve("target"))) {
            redo = same;
            try (CloneRig rig = rig()) {
                CloneException refused = rig.refused();
                assertThat(refused.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
                assertThat(refused).hasMessageContaining(same.toString()).hasMessageContaining("by a symbolic link: ");
                assertThat(rig.target()).doesNotExist();
            }
        }
        redo = link.resolve("outside/redo"); // a link alone does no harm
        try (CloneRig rig = rig()) {
            rig.run();
            assertWhole(rig);
        }
    }

    @Test
    void areClearedOfAnUnfinishedReplacementThatUsedOthers() throws Exception {
        Path first = undo;
        try (CloneRig rig = rig(broken())) {
            rig.with(request -> request.target(it -> it.withReplacement(Replacement.SWAP)));
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.CONNECTION_LOST);
            assertThat(first.resolve(".jclone-new/undo_001")).exists();
        }
        undo = parent.resolve("outside/other");
        try (CloneRig rig = rig()) {
            rig.with(request -> request.target(it -> it.withReplacement(Replacement.SWAP)))
                    .run();
            assertThat(first.resolve(".jclone-new")).doesNotExist();
            assertWhole(rig);
        }
    }

    @Test
    void areResumed() throws Exception {
        try (CloneRig rig = rig(broken())) {
            rig.fail(CloneErrorCode.CONNECTION_LOST);
            Files.writeString(undo.resolve(FOREIGN), "of an operator");
            Files.writeString(undo.resolve("undo_777"), "of a clone that lost its note");

            rig.again(ResumeMode.REQUIRED).run();

            assertThat(undo.resolve("undo_777")).doesNotExist();
            Files.delete(undo.resolve(FOREIGN));
            assertWhole(rig);
        }
    }

    /**
     * With any --resume, other directories would lack the files, and a removal could delete files of another program.
     */
    @ParameterizedTest
    @EnumSource(
            value = ResumeMode.class,
            names = {"REQUIRED", "AUTO"})
    void areNotResumedElsewhere(ResumeMode resume) throws Exception {
        try (CloneRig rig = rig(broken())) {
            rig.fail(CloneErrorCode.CONNECTION_LOST);
            Path other = Files.createDirectory(parent.resolve("outside/other"));
            Files.writeString(other.resolve("undo_001"), "of another server");
            rig.with(request -> request.target(it -> it.withInnodb(it.innodb().withUndo(other))));

            CloneException refused = rig.again(resume).fail(CloneErrorCode.TARGET_NOT_USABLE);

            assertThat(refused).hasMessageContaining("directories besides --dir were", "undo-dir=" + undo);
            assertThat(other.resolve("undo_001")).hasContent("of another server");
            assertThat(undo.resolve("undo_001")).exists();
        }
    }

    @Test
    void areClearedForANewClone() throws Exception {
        try (CloneRig first = rig(broken())) {
            first.fail(CloneErrorCode.CONNECTION_LOST);
            first.letTheDonorGiveUp();
        }
        try (CloneRig rig = rig().again(ResumeMode.AUTO)) {
            rig.run();
            assertWhole(rig);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Replacement.class,
            names = {"SWAP", "SWAP_KEEP_OLD", "DROP_FIRST"})
    void areReplaced(Replacement replacement) throws Exception {
        for (Path directory : Set.of(undo, redo, system)) {
            Files.writeString(Files.createDirectories(directory).resolve("old"), "old");
        }
        Files.writeString(parent.resolve("target/mysql.ibd"), "old");
        try (CloneRig rig = rig()) {
            rig.with(request -> request.target(it -> it.withReplacement(replacement)))
                    .run();
            boolean kept = replacement == Replacement.SWAP_KEEP_OLD;
            for (Path directory : Set.of(undo, redo)) {
                assertThat(Files.exists(directory.resolve(".jclone-old/old"))).isEqualTo(kept);
                Files.deleteIfExists(directory.resolve(".jclone-old/old"));
                assertThat(directory.resolve("old")).doesNotExist();
            }
            Path oldSystem = rig.target().resolve(".jclone-old/system/old");
            assertThat(Files.exists(oldSystem)).isEqualTo(kept);
            Files.deleteIfExists(oldSystem);
            Files.deleteIfExists(rig.target().resolve(".jclone-old/mysql.ibd"));
            assertWhole(rig);
        }
    }

    @Test
    void keepTheirOldFilesUntilTheCloneIsComplete() throws Exception {
        Files.writeString(Files.createDirectories(undo).resolve("old"), "old");
        Files.writeString(Files.createDirectories(system).resolve("old"), "old");
        Files.writeString(parent.resolve("target/mysql.ibd"), "old");
        try (CloneRig rig = rig(broken())) {
            rig.with(request -> request.target(it -> it.withReplacement(Replacement.SWAP)));
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.CONNECTION_LOST);
            assertThat(undo.resolve("old")).hasContent("old");
            assertThat(system.resolve("old")).hasContent("old");

            rig.again(ResumeMode.REQUIRED).run();

            assertWhole(rig);
        }
    }
}
