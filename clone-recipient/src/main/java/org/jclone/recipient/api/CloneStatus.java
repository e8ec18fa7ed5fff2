package org.jclone.recipient.api;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The state of the clone in a directory, running or ended, as any process can read it: the columns of
 * {@code performance_schema.clone_status} and {@code clone_progress}, and details of the running clone.
 *
 * @param directory where its files are; with {@code --replace}, the directory beside the old data
 * @param source the donor
 * @param errorNumber MySQL's error number; 0 if there was no error
 * @param errorMessage message of the last failure; empty if there was none
 * @param binlogFile where replication from the donor starts; empty until a server has started on the clone
 * @param stages seven stages: five of the clone, two of the first start of a server
 * @param live details of the running clone; empty if none is running
 */
public record CloneStatus(
        Path directory,
        State state,
        Optional<Instant> begin,
        Optional<Instant> end,
        String source,
        int errorNumber,
        String errorMessage,
        String binlogFile,
        long binlogPosition,
        String gtidExecuted,
        List<Stage> stages,
        Optional<Live> live) {

    /** The state of a clone. */
    public enum State {
        /** A process is running it. */
        IN_PROGRESS,
        /** It is complete. */
        COMPLETED,
        /** It failed or was stopped. */
        FAILED,
        /** Its process ended without recording an outcome. */
        INTERRUPTED
    }

    /**
     * A row of {@code clone_progress}.
     *
     * @param name MySQL's name of the stage
     * @param threads data connections
     */
    public record Stage(
            String name,
            StageProgress.State state,
            Optional<Instant> begin,
            Optional<Instant> end,
            int threads,
            long estimatedBytes,
            long dataBytes,
            long networkBytes,
            long dataBytesPerSecond,
            long networkBytesPerSecond) {}

    /**
     * Details that the cloning process records about itself.
     *
     * @param pid PID of that process
     * @param updated when it recorded them
     * @param connections data connections in use
     * @param timeLeft estimate for the current stage
     * @param lastTrouble reason of the last reconnect, or the last warning; empty if there was neither
     */
    public record Live(
            long pid,
            Instant updated,
            int connections,
            long dataBytesPerSecond,
            long networkBytesPerSecond,
            Optional<Duration> timeLeft,
            String lastTrouble) {}

    public CloneStatus {
        stages = List.copyOf(stages);
    }

    /** {@return whether the clone runs} */
    public boolean isRunning() {
        return state == State.IN_PROGRESS;
    }
}
