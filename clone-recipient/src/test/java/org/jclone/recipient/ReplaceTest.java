package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The old data that a clone replaces, and clones that could not replace it. */
class ReplaceTest {

    private static final MadeData DATA = MadeData.builder(18)
            .systemTablespace(64 << 10)
            .table("t/a", 1 << 20)
            .build();

    @TempDir
    Path parent;

    private Path target;

    @BeforeEach
    void fill() throws IOException {
        target = Files.createDirectory(parent.resolve("target"));
        Files.writeString(target.resolve("ibdata1"), "old");
        Files.writeString(Files.createDirectory(target.resolve("only_old")).resolve("t.ibd"), "old");
    }

    private void assertOldDataIsWhole() {
        assertThat(target.resolve("ibdata1")).hasContent("old");
        assertThat(target.resolve("only_old/t.ibd")).hasContent("old");
        assertThat(target.resolve(CloneRig.IN_PROGRESS)).doesNotExist();
    }

    private CloneRig rig(FaultScript script, Replacement replacement) {
        return CloneRig.of(parent, DATA, script).with(request -> request.target(it -> it.withReplacement(replacement)));
    }

    @Test
    void oldDataIsDroppedWhenAllFilesAreKnown() {
        AtomicReference<Boolean> whole = new AtomicReference<>();
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.stateStart(SnapshotState.FILE_COPY))
                .then(Action.call("look", () -> whole.set(Files.exists(target.resolve("only_old/t.ibd"))))));
        try (CloneRig rig = rig(script, Replacement.DROP_FIRST)) {
            rig.run();
            assertThat(whole.get())
                    .as("old data is complete when the copy begins")
                    .isTrue();
            assertThat(rig.warnings())
                    .extracting(CloneEvent.Warning::text)
                    .containsOnlyOnce("the old data in " + target + " is deleted now");
            FinalState.assertIdentical(DATA, target);
        }
    }

    /** A directory that was named by mistake is not deleted. */
    @ParameterizedTest
    @EnumSource(
            value = Replacement.class,
            names = {"SWAP", "SWAP_KEEP_OLD", "DROP_FIRST"})
    void filesThatNoServerMadeAreNotReplaced(Replacement replacement) throws Exception {
        Files.delete(target.resolve("ibdata1"));
        try (CloneRig rig = rig(FaultScript.NONE, replacement)) {
            CloneException refused = rig.refused();
            assertThat(refused.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
            assertThat(refused)
                    .hasMessage(target + " is not empty and holds no data of MySQL: none of mysql.ibd, ibdata1,"
                            + " mysql/user.frm, auto.cnf, #clone");
            assertThat(target.resolve("only_old/t.ibd")).hasContent("old");
            assertThat(rig.donor().clones()).isZero();
        }
    }

    /** The system tablespace of a server may lie elsewhere; before 8.0 there was no mysql.ibd. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql.ibd", "mysql/user.frm", "auto.cnf", "#clone/#status_in_progress"})
    void aDataDirectoryWithoutASystemTablespaceIsReplaced(String sign) throws Exception {
        Files.delete(target.resolve("ibdata1"));
        Path file = target.resolve(sign);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "old");
        try (CloneRig rig = rig(FaultScript.NONE, Replacement.SWAP)) {
            rig.run();
            assertThat(target.resolve("only_old")).doesNotExist();
            FinalState.assertIdentical(DATA, target);
        }
    }

    @Test
    void waitsBetweenOldAndNewDataOnRequest() {
        Duration delay = Duration.ofMillis(1500);
        try (CloneRig rig = rig(FaultScript.NONE, Replacement.DROP_FIRST)
                .with(request -> request.transfer(it -> it.withDelayAfterDataDrop(delay)))) {
            assertThat(rig.run().elapsed()).isGreaterThan(delay);
            FinalState.assertIdentical(DATA, target);
        }
        try (CloneRig swap = rig(FaultScript.NONE, Replacement.SWAP)
                .with(request -> request.transfer(it -> it.withDelayAfterDataDrop(Duration.ofHours(1))))) {
            swap.run(); // with nothing to drop there is no wait
        }
    }

    @Test
    void aWaitAfterTheDropCanBeStopped() throws Exception {
        try (CloneRig rig = rig(FaultScript.NONE, Replacement.DROP_FIRST)
                .with(request -> request.transfer(it -> it.withDelayAfterDataDrop(Duration.ofHours(1))))) {
            Thread stopper = new Thread(() -> {
                while (rig.warnings().isEmpty()) {
                    LockSupport.parkNanos(1_000_000);
                }
                rig.abort();
            });
            stopper.start();
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.ABORTED);
            stopper.join();
        }
    }

    @Test
    void oldDataIsNotDroppedForADonorWhoseFilesCannotBeUsed() {
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.file(SnapshotState.FILE_COPY).nth(2))
                .then(Rewrite.rawFileName(Bytes.of("mysqld.my".getBytes(StandardCharsets.UTF_8)))));
        try (CloneRig rig = rig(script, Replacement.DROP_FIRST)) {
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.PROTOCOL);
            assertOldDataIsWhole();
        }
    }

    @Test
    void oldDataIsNotDroppedForADonorThatIsTooLarge() {
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(Moment.stateStart(SnapshotState.FILE_COPY)).then(Rewrite.estimate(1L << 60)));
        try (CloneRig rig = rig(script, Replacement.DROP_FIRST)) {
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.DISK_FULL);
            assertOldDataIsWhole();
        }
    }

    @Test
    void dataThatAnEarlierRunKeptIsNotDropped() throws Exception {
        Path kept = Files.writeString(
                Files.createDirectory(target.resolve(".jclone-old")).resolve("ibdata1"), "kept");
        try (CloneRig rig = rig(FaultScript.NONE, Replacement.DROP_FIRST)) {
            CloneException refused = rig.refused();
            assertThat(refused.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
            assertThat(refused.getMessage()).contains("still holds older data in .jclone-old");
            assertThat(kept).hasContent("kept");
            assertOldDataIsWhole();
        }
    }

    /** The copy ends after the old data was dropped, and another run resumes it. */
    @Test
    void aCloneForWhichOldDataWasDroppedIsResumed() throws Exception {
        Path settings = Files.createDirectory(parent.resolve("outside"));
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.stateStart(SnapshotState.REDO_COPY))
                .then(Action.call("remove the folder", () -> delete(settings))));
        try (CloneRig rig = rig(script, Replacement.DROP_FIRST)) {
            rig.with(request -> request.target(it -> it.withServer(TargetServer.UNKNOWN.forClone(
                    false, Optional.of(settings.resolve("clone.cnf")), Optional.empty()))));
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.STORAGE);
            assertThat(target.resolve("only_old")).doesNotExist();
            assertThat(target.resolve(CloneRig.IN_PROGRESS))
                    .as("a server refuses")
                    .exists();
            Files.createDirectory(settings);
            rig.donor().close();
            rig.again(ResumeMode.AUTO).run();
            FinalState.assertIdentical(DATA, target);
        }
    }

    private static void delete(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server started on the old data during the clone blocks the swap only while it runs. */
    @ParameterizedTest
    @EnumSource(
            value = ResumeMode.class,
            names = {"AUTO", "REQUIRED"})
    void aCloneThatAServerBlockedIsSwappedInByTheNextRun(ResumeMode mode) throws Exception {
        AtomicReference<FileChannel> server = new AtomicReference<>();
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.stateStart(SnapshotState.REDO_COPY))
                .then(Action.call("start a server", () -> lock(server))));
        try (CloneRig rig = rig(script, Replacement.SWAP)) {
            CloneException refused = rig.refused();
            assertThat(refused.getMessage()).contains("is in use: a mysqld holds a lock on ibdata1");
            assertThat(rig.warnings())
                    .extracting(CloneEvent.Warning::hint)
                    .anyMatch(hint -> hint.contains("--resume finishes it"));
            server.get().close();
            assertOldDataIsWhole();
            rig.donor().close();
            rig.again(mode).run();
            FinalState.assertIdentical(DATA, target);
        }
    }

    /** The process ended between its last check and the swap: the clone is complete, and has its journal. */
    @ParameterizedTest
    @EnumSource(
            value = ResumeMode.class,
            names = {"AUTO", "REQUIRED"})
    void aCompleteCloneIsSwappedInByTheNextRun(ResumeMode mode) throws Exception {
        AtomicReference<FileChannel> server = new AtomicReference<>();
        FaultScript script = FaultScript.of(Fault.on(main())
                .at(Moment.stateStart(SnapshotState.REDO_COPY))
                .then(Action.call("start a server", () -> lock(server))));
        try (CloneRig rig = rig(script, Replacement.SWAP)) {
            rig.refused();
            server.get().close();
            rig.donor().close();
            Path marks = target.resolve(".jclone-new/#clone");
            Files.createFile(marks.resolve("#status_fix"));
            Files.createFile(marks.resolve("#replace_files"));
            Files.delete(marks.resolve("#status_in_progress"));

            rig.again(mode).run();
            FinalState.assertIdentical(DATA, target);
        }
    }

    private void lock(AtomicReference<FileChannel> server) {
        try {
            FileChannel channel = FileChannel.open(target.resolve("ibdata1"), StandardOpenOption.WRITE);
            channel.lock();
            server.set(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
