package org.jclone.recipient.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StageProgress.State;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageLineTest {

    private static final Instant BEGIN = Instant.parse("2026-01-31T12:00:00.000001Z");
    private static final StageProgress RUNNING = new StageProgress(
            CloneStage.FILE_COPY, State.IN_PROGRESS, 4, Optional.of(BEGIN), Optional.empty(), 1000, 600, 700);

    @TempDir
    Path root;

    @Test
    void isReadAsWritten() {
        StageLine line = StageLine.of(RUNNING);

        assertThat(line).hasToString("3 4 1769860800000001 0 1000 600 700");
        assertThat(StageLine.parse(line.toString())).isEqualTo(line);
        assertThat(StageLine.of(StageProgress.notStarted(CloneStage.FILE_COPY))).hasToString(StageLine.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1 -1 -1", "0 0 0 0 0 0 0 7", "99999999999999999999"})
    void readsNothingFromGarbage(String line) {
        assertThat(StageLine.parse(line)).hasToString(StageLine.NOTHING);
    }

    @Test
    void givesAnotherProcessTheProgressOfThisOne() throws Exception {
        StageProgress dropped = new StageProgress(
                CloneStage.DROP_DATA, State.COMPLETED, 1, Optional.of(BEGIN), Optional.of(BEGIN), 0, 0, 0);
        List<StageProgress> stages = List.of(
                dropped,
                RUNNING,
                StageProgress.notStarted(CloneStage.PAGE_COPY),
                StageProgress.notStarted(CloneStage.REDO_COPY),
                StageProgress.notStarted(CloneStage.FILE_SYNC));
        StatusFiles.begin(new DataDirectory(root, Map.of()), new DonorAddress("db1", 3306), BEGIN)
                .fail(stages, BEGIN, 1317, "stopped");

        List<StageProgress> read = EarlierProgress.read(root);
        assertThat(read).hasSize(5).startsWith(dropped).endsWith(stages.get(2), stages.get(3), stages.get(4));
        assertThat(read.get(1))
                .as("a stage that was not completed")
                .isEqualTo(new StageProgress(
                        CloneStage.FILE_COPY, State.FAILED, 4, Optional.of(BEGIN), Optional.empty(), 1000, 600, 700));
    }

    @Test
    void anUnreadableFileHasNoProgress() throws Exception {
        assertThat(EarlierProgress.read(root)).isEmpty();
        Files.createDirectory(root.resolve("#clone"));
        Files.writeString(CloneFolder.in(root).viewProgress(), "1\n2 1 0 0 0 0 0\n");
        assertThat(EarlierProgress.read(root)).isEmpty();
    }
}
