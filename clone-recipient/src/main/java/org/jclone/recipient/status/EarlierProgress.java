package org.jclone.recipient.status;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.storage.CloneFolder;

/** Reads the progress that an earlier process recorded, so that the figures of a resumed clone cover all of it. */
public final class EarlierProgress {

    private static final int FIELDS = 7;

    private EarlierProgress() {}

    /**
     * Reads the stages of the unfinished clone in {@code directory}; none if the file is unreadable. The figures are informational, so errors are ignored.
     */
    public static List<StageProgress> read(Path directory) {
        List<StageProgress> stages = new ArrayList<>();
        try {
            Path file = CloneFolder.in(directory).viewProgress();
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            for (CloneStage stage : CloneStage.values()) {
                stages.add(parse(stage, lines.get(1 + stage.ordinal()).split(" ")));
            }
            return stages;
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    private static StageProgress parse(CloneStage stage, String[] fields) {
        long[] numbers = new long[FIELDS];
        for (int i = 0; i < FIELDS; i++) {
            numbers[i] = Long.parseLong(fields[i]);
        }
        StageProgress.State state = numbers[0] == StageProgress.State.COMPLETED.fileCode()
                ? StageProgress.State.COMPLETED
                : StageProgress.State.FAILED;
        return numbers[2] == 0
                ? StageProgress.notStarted(stage)
                : new StageProgress(
                        stage,
                        state,
                        (int) numbers[1],
                        time(numbers[2]),
                        time(numbers[3]),
                        numbers[4],
                        numbers[5],
                        numbers[6]);
    }

    private static Optional<Instant> time(long micros) {
        return micros == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
