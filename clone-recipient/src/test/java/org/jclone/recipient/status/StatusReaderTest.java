package org.jclone.recipient.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.CloneStatus;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StageProgress.State;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another process reads from the files of a clone. */
class StatusReaderTest {

    private static final Instant BEGIN = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant NOW = BEGIN.plusSeconds(90);
    private static final Instant END = BEGIN.plusSeconds(10);

    private static final StageProgress DROP = stage(CloneStage.DROP_DATA, State.COMPLETED, Optional.of(END), 0, 0, 0);
    private static final List<StageProgress> RUNNING = List.of(
            DROP,
            stage(CloneStage.FILE_COPY, State.IN_PROGRESS, Optional.empty(), 1000, 600, 700),
            StageProgress.notStarted(CloneStage.PAGE_COPY),
            StageProgress.notStarted(CloneStage.REDO_COPY),
            StageProgress.notStarted(CloneStage.FILE_SYNC));

    @TempDir
    private Path root;

    private StatusFiles files;

    @BeforeEach
    void begin() throws Exception {
        files = StatusFiles.begin(new DataDirectory(root, Map.of()), new DonorAddress("db1", 3306), BEGIN);
    }

    private static StageProgress stage(
            CloneStage stage, State state, Optional<Instant> end, long estimate, long data, long network) {
        return new StageProgress(stage, state, 4, Optional.of(BEGIN), end, estimate, data, network);
    }

    private void writeProgress() throws Exception {
        files.writeProgress(
                new CloneProgress(
                        RUNNING, Optional.of(CloneStage.FILE_COPY), 3, 50, 60, Optional.of(Duration.ofSeconds(8))),
                NOW,
                "the connection to db1:3306 was lost");
    }

    private Optional<CloneStatus> read() throws Exception {
        return new StatusReader(Clock.fixed(NOW, ZoneOffset.UTC)).read(root);
    }

    @Test
    void showsARunningClone() throws Exception {
        writeProgress();
        CloneStatus status = read().orElseThrow();

        assertThat(status.state()).isEqualTo(CloneStatus.State.IN_PROGRESS);
        assertThat(status.begin()).contains(BEGIN);
        assertThat(status.source()).isEqualTo("db1:3306");
        assertThat(status.errorNumber()).as("none until it ends").isZero();
        assertThat(status.errorMessage()).isEmpty();
        assertThat(status.stages())
                .extracting(CloneStatus.Stage::name)
                .containsExactly(
                        "DROP DATA", "FILE COPY", "PAGE COPY", "REDO COPY", "FILE SYNC", "RESTART", "RECOVERY");
        assertThat(status.stages().get(1))
                .isEqualTo(new CloneStatus.Stage(
                        "FILE COPY", State.IN_PROGRESS, Optional.of(BEGIN), Optional.empty(), 4, 1000, 600, 700, 0, 0));
        CloneStatus.Live live = status.live().orElseThrow();
        assertThat(live.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(live.connections()).isEqualTo(3);
        assertThat(live.dataBytesPerSecond()).isEqualTo(50);
        assertThat(live.networkBytesPerSecond()).isEqualTo(60);
        assertThat(live.timeLeft()).contains(Duration.ofSeconds(8));
        assertThat(live.lastTrouble()).isEqualTo("the connection to db1:3306 was lost");
    }

    /** A killed process is recognised by its missing updates. */
    @Test
    void reportsASilentCloneAsInterrupted() throws Exception {
        writeProgress();
        Clock later = Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC);
        CloneStatus status = new StatusReader(later).read(root).orElseThrow();

        assertThat(status.state()).isEqualTo(CloneStatus.State.INTERRUPTED);
        assertThat(status.live()).isEmpty();
        assertThat(status.errorNumber()).isEqualTo(1317);
        assertThat(status.stages().get(1).state()).isEqualTo(State.FAILED);
    }

    @Test
    void showsHowItEnded() throws Exception {
        writeProgress();
        StageProgress copied = stage(CloneStage.FILE_COPY, State.COMPLETED, Optional.of(END), 1000, 1000, 2000);
        files.complete(List.of(DROP, copied), END);
        CloneStatus whole = read().orElseThrow();

        assertThat(whole.state()).isEqualTo(CloneStatus.State.COMPLETED);
        assertThat(whole.end()).contains(END);
        assertThat(whole.live()).isEmpty();
        assertThat(whole.stages().get(1).dataBytesPerSecond()).isEqualTo(100);
        assertThat(whole.stages().get(1).networkBytesPerSecond()).isEqualTo(200);
    }

    /** Its writer died after it had written the status and before it removed the mark. */
    @Test
    void aCompleteCloneIsUnfinishedUntilItsMarkIsGone() throws Exception {
        files.complete(List.of(DROP), END);
        Files.writeString(root.resolve("#clone/#status_in_progress"), "");

        assertThat(read().orElseThrow().state()).isEqualTo(CloneStatus.State.INTERRUPTED);
    }

    @Test
    void showsWhyItFailed() throws Exception {
        writeProgress();
        files.fail(RUNNING, END, 3634, "busy");
        CloneStatus failed = read().orElseThrow();

        assertThat(failed.state()).isEqualTo(CloneStatus.State.FAILED);
        assertThat(failed.errorNumber()).isEqualTo(3634);
        assertThat(failed.errorMessage()).isEqualTo("busy");
    }

    /** Those of docs/protocol/02-innodb-clone-stream.md, section 8.4, after a server's start. */
    @Test
    void readsWhatAServerAddsAtItsFirstStart() throws Exception {
        files.complete(List.of(DROP), END);
        Files.writeString(
                root.resolve("#clone/#view_status"),
                "2 1\n1795229520392723 1795229520866225\ndb1:3306\n0\n\n./binlog.000002\n157\n"
                        + "8a94f357-aab4-11df-86ab-c80aa9429562:1-3,\nf0d2a1a4-0000-11df-86ab-c80aa9429562:1\n");
        CloneStatus status = read().orElseThrow();

        assertThat(status.binlogFile()).isEqualTo("./binlog.000002");
        assertThat(status.binlogPosition()).isEqualTo(157);
        assertThat(status.gtidExecuted())
                .isEqualTo("8a94f357-aab4-11df-86ab-c80aa9429562:1-3,f0d2a1a4-0000-11df-86ab-c80aa9429562:1");
    }

    @Test
    void readsTheCloneBesideTheOldDataFirst() throws Exception {
        Path staging = Files.createDirectory(root.resolve(".jclone-new"));
        files.complete(List.of(DROP), END);
        StatusFiles.begin(new DataDirectory(staging, Map.of()), new DonorAddress("db2", 3306), BEGIN)
                .fail(RUNNING, END, 1, "no");

        CloneStatus status = read().orElseThrow();
        assertThat(status.directory()).isEqualTo(staging);
        assertThat(status.source()).isEqualTo("db2:3306");
    }

    @Test
    void showsACloneThatHasJustStarted() throws Exception {
        assertThat(read().orElseThrow().state()).isEqualTo(CloneStatus.State.INTERRUPTED);
        Path empty = Files.createDirectory(root.resolve("empty"));
        assertThat(new StatusReader(Clock.fixed(NOW, ZoneOffset.UTC)).read(empty))
                .isEmpty();
    }

    /** The files are untrusted: invalid numbers count as 0, and missing fields as empty. */
    @Test
    void toleratesAnyFileContent() throws Exception {
        Files.write(root.resolve("#clone/#view_status"), new byte[] {'1', ' ', (byte) 0xff, '\n', '-', '5', '\n'});
        Files.writeString(root.resolve("#clone/#view_progress"), "1\n9 x 99999999999999999999 -1\n\n\njclone 1 2 3\n");
        CloneStatus status = read().orElseThrow();

        assertThat(status.state()).isEqualTo(CloneStatus.State.INTERRUPTED);
        assertThat(status.stages()).hasSize(7);
        assertThat(status.begin()).isEmpty();
    }

    @Test
    void followsNoSymbolicLink() throws Exception {
        Files.createSymbolicLink(root.resolve("#clone/#view_status"), root.resolve("elsewhere"));
        assertThatExceptionOfType(StorageException.class).isThrownBy(this::read);
    }
}
