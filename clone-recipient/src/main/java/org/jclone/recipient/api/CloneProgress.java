package org.jclone.recipient.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The progress of a clone at one moment.
 *
 * @param stages all stages, in order
 * @param current the current stage; empty before the first and after the last
 * @param connections data connections in use now
 * @param dataBytesPerSecond rate of file bytes over the last second or so
 * @param networkBytesPerSecond rate on the wire over the same time
 * @param timeLeft estimate for the current stage, if one can be made
 */
public record CloneProgress(
        List<StageProgress> stages,
        Optional<CloneStage> current,
        int connections,
        long dataBytesPerSecond,
        long networkBytesPerSecond,
        Optional<Duration> timeLeft) {

    public CloneProgress {
        stages = List.copyOf(stages);
    }

    /**
     * {@return the progress of one stage}
     *
     * @param stage the stage
     */
    public StageProgress stage(CloneStage stage) {
        return stages.get(stage.ordinal());
    }
}
