package org.jclone.recipient.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StageProgress.State;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of docs/protocol/02-innodb-clone-stream.md, section 8.3. */
class StatusFilesTest {

    private static final DonorAddress DONOR = new DonorAddress("127.0.0.1", 24303);
    private static final Instant BEGIN = micros(1795229520392723L);
    private static final Instant END = micros(1795229520866225L);

    private static final List<StageProgress> COMPLETED = List.of(
            stage(CloneStage.DROP_DATA, 1, 1795229520445971L, 1795229520512391L, 0, 0, 0),
            stage(CloneStage.FILE_COPY, 2, 1795229520512462L, 1795229520692914L, 102725852, 102725852, 102740880),
            stage(CloneStage.PAGE_COPY, 2, 1795229520693126L, 1795229520758927L, 0, 0, 197),
            stage(CloneStage.REDO_COPY, 2, 1795229520759114L, 1795229520790817L, 4096, 4096, 4591),
            stage(CloneStage.FILE_SYNC, 2, 1795229520790950L, 1795229520866034L, 0, 0, 0));

    private static final String COMPLETED_PROGRESS = """
            1
            2 1 1795229520445971 1795229520512391 0 0 0
            2 2 1795229520512462 1795229520692914 102725852 102725852 102740880
            2 2 1795229520693126 1795229520758927 0 0 197
            2 2 1795229520759114 1795229520790817 4096 4096 4591
            2 2 1795229520790950 1795229520866034 0 0 0
            0 0 0 0 0 0 0
            0 0 0 0 0 0 0
            """;

    @TempDir
    Path root;

    private Path folder;
    private StatusFiles files;

    @BeforeEach
    void begin() throws CloneException {
        folder = root.resolve("#clone");
        files = StatusFiles.begin(new DataDirectory(root, Map.of()), DONOR, BEGIN);
    }

    private static Instant micros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static StageProgress stage(
            CloneStage stage, int connections, long begin, long end, long estimate, long data, long network) {
        return new StageProgress(
                stage,
                State.COMPLETED,
                connections,
                Optional.of(micros(begin)),
                Optional.of(micros(end)),
                estimate,
                data,
                network);
    }

    private void assertContent(String file, String expected) throws Exception {
        assertThat(Files.readString(folder.resolve(file))).as(file).isEqualTo(expected);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void beginsWithTheMarkOfAnUnfinishedClone() throws Exception {
        assertThat(folder.toFile().list()).containsExactly("#status_in_progress");
        assertContent("#status_in_progress", "");
        assertThat(root.resolve("mysql")).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void doesNotBeginTwice() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> StatusFiles.begin(new DataDirectory(root, Map.of()), DONOR, BEGIN))
                .withMessageContaining("#status_in_progress");
    }

    @Test
    void completesLikeTheBuiltInRecipient() throws Exception {
        files.complete(COMPLETED, END);

        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("#replace_files", "#status_fix", "#view_progress", "#view_status");
        assertContent("#view_status", "2 1\n1795229520392723 1795229520866225\n127.0.0.1:24303\n0\n\n\n0\n\n");
        assertContent("#view_progress", COMPLETED_PROGRESS);
        assertContent("#status_fix", "");
        assertContent("#replace_files", "");
    }

    @Test
    void showsAnUnfinishedCloneAsInterrupted() throws Exception {
        StageProgress running = new StageProgress(
                CloneStage.FILE_COPY, State.IN_PROGRESS, 4, Optional.of(END), Optional.empty(), 1000, 600, 700);
        files.writeProgress(
                new CloneProgress(
                        List.of(
                                COMPLETED.get(0),
                                running,
                                StageProgress.notStarted(CloneStage.PAGE_COPY),
                                StageProgress.notStarted(CloneStage.REDO_COPY),
                                StageProgress.notStarted(CloneStage.FILE_SYNC)),
                        Optional.of(CloneStage.FILE_COPY),
                        3,
                        500,
                        510,
                        Optional.of(Duration.ofSeconds(7))),
                END,
                "a line\nand another");

        assertThat(folder.resolve("#status_in_progress")).exists();
        assertContent(
                "#view_status",
                "1 1\n1795229520392723 0\n127.0.0.1:24303\n1317\nQuery execution was interrupted\n\n0\n\n");
        assertThat(Files.readString(folder.resolve("#view_progress")))
                .startsWith("""
                        1
                        2 1 1795229520445971 1795229520512391 0 0 0
                        3 4 1795229520866225 0 1000 600 700
                        0 0 0 0 0 0 0
                        0 0 0 0 0 0 0
                        0 0 0 0 0 0 0
                        0 0 0 0 0 0 0
                        0 0 0 0 0 0 0
                        jclone""" + ' ' + ProcessHandle.current().pid() + ' ')
                .endsWith(" 3 500 510 7 a line and another\n");
    }

    @Test
    void showsAFailureWithItsNumberAndText() throws Exception {
        files.writeProgress(progress(COMPLETED), END, "");
        files.fail(COMPLETED, END, 3862, "the donor said:\r\nerror 3634\n\nToo many");
        files.writeProgress(progress(COMPLETED), END, "too late, and so not written");

        assertThat(folder.resolve("#status_in_progress")).exists();
        assertThat(folder.resolve("#status_fix")).doesNotExist();
        assertThat(folder.resolve("#replace_files")).doesNotExist();
        assertContent(
                "#view_status",
                "3 1\n1795229520392723 1795229520866225\n127.0.0.1:24303\n3862\n"
                        + "the donor said: error 3634 Too many\n\n0\n\n");
        assertContent("#view_progress", COMPLETED_PROGRESS);
    }

    private static CloneProgress progress(List<StageProgress> stages) {
        return new CloneProgress(stages, Optional.empty(), 0, 0, 0, Optional.empty());
    }

    @Test
    void truncatesTheTextAsTheServerDoes() throws Exception {
        files.fail(COMPLETED, END, 1, "x".repeat(600));

        assertThat(Files.readAllLines(folder.resolve("#view_status")).get(4)).isEqualTo("x".repeat(511));
    }

    @Test
    void writesTheSourceWithoutBrackets() throws Exception {
        Path other = Files.createDirectory(root.resolve("other"));
        StatusFiles.begin(new DataDirectory(other, Map.of()), new DonorAddress("::1", 3306), BEGIN)
                .complete(COMPLETED, END);

        assertThat(Files.readAllLines(other.resolve("#clone/#view_status")).get(2))
                .isEqualTo("::1:3306");
    }
}
