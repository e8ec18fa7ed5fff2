package org.jclone.recipient.api;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the clone in a directory does, or how it ended, as any process sees it: the columns of
 * {@code performance_schema.clone_status} and {@code clone_progress}, and what only the running clone knows.
 *
 * @param directory where its files are; with {@code --replace}, that beside the old data
 * @param source the donor
 * @param errorNumber MySQL's; 0 without an error
 * @param errorMessage of the last failure; empty without one
 * @param binlogFile where replication from the donor begins; empty until a server was started on the clone
 * @param stages seven: five of a clone, and two of the first start of a server
 * @param live what the running clone says of itself; empty if none runs
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

    /** How it is about the clone. */
    public enum State {
        /** A process works on it. */
        IN_PROGRESS,
        /** It is whole. */
        COMPLETED,
        /** It ended with an error, or was stopped. */
        FAILED,
        /** Its process is gone and has left no word. */
        INTERRUPTED
    }

    /**
     * One row of {@code clone_progress}.
     *
     * @param name MySQL's name
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
     * What only the process that clones knows.
     *
     * @param pid of that process
     * @param updated when it said so
     * @param connections data connections in use
     * @param timeLeft estimate for the stage under way
     * @param lastTrouble why it last had to connect anew, or its last warning; empty without any
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

    public boolean isRunning() {
        return state == State.IN_PROGRESS;
    }
}
