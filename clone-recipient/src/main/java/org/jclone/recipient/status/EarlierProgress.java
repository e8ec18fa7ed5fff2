package org.jclone.recipient.status;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.storage.CloneFolder;

/** Reads the progress that an earlier process recorded, so that the figures of a resumed clone cover all of it. */
public final class EarlierProgress {

    private EarlierProgress() {}

    /**
     * Reads the stages of the unfinished clone in {@code directory}; none if the file is unreadable. The figures are informational, so errors are ignored.
     */
    public static List<StageProgress> read(Path directory) {
        List<StageProgress> stages = new ArrayList<>();
        try {
            List<String> lines =
                    Files.readAllLines(CloneFolder.in(directory).viewProgress(), StandardCharsets.ISO_8859_1);
            for (CloneStage stage : CloneStage.values()) {
                stages.add(stage(stage, StageLine.parse(lines.get(1 + stage.ordinal()))));
            }
            return stages;
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    private static StageProgress stage(CloneStage stage, StageLine line) {
        StageProgress.State state = line.state() == StageProgress.State.COMPLETED.fileCode()
                ? StageProgress.State.COMPLETED
                : StageProgress.State.FAILED;
        return line.begin().isEmpty()
                ? StageProgress.notStarted(stage)
                : new StageProgress(
                        stage,
                        state,
                        line.connections(),
                        line.begin(),
                        line.end(),
                        line.estimatedBytes(),
                        line.dataBytes(),
                        line.networkBytes());
    }
}
