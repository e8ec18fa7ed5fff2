package org.jclone.recipient.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One stage of a clone, as a row of {@code performance_schema.clone_progress}.
 *
 * @param connections most data connections that took part, 0 before the stage began
 * @param begin when it began
 * @param end when it ended
 * @param estimatedBytes the donor's estimate of the data; FILE SYNC counts bytes of files to flush
 * @param dataBytes bytes of files received (for FILE SYNC: flushed)
 * @param networkBytes bytes received on all connections
 */
public record StageProgress(
        CloneStage stage,
        State state,
        int connections,
        Optional<Instant> begin,
        Optional<Instant> end,
        long estimatedBytes,
        long dataBytes,
        long networkBytes) {

    /** As {@code performance_schema.clone_progress} writes it. */
    public enum State {
        /** The stage has not begun. */
        NOT_STARTED(0),
        /** The stage runs. */
        IN_PROGRESS(1),
        /** The stage is complete. */
        COMPLETED(2),
        /** The clone failed in this stage. */
        FAILED(3);

        private final int fileCode;

        State(int fileCode) {
            this.fileCode = fileCode;
        }

        /** The number that stands for this state in {@code #clone/#view_progress}. */
        public int fileCode() {
            return fileCode;
        }
    }

    public StageProgress {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(state, "state");
    }

    /**
     * {@return a stage that has not begun}
     *
     * @param stage the stage
     */
    public static StageProgress notStarted(CloneStage stage) {
        return new StageProgress(stage, State.NOT_STARTED, 0, Optional.empty(), Optional.empty(), 0, 0, 0);
    }
}
