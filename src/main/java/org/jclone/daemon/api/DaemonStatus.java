package org.jclone.daemon.api;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The daemon itself.
 *
 * @param version of jclone
 * @param configuration the file that it was configured from
 * @param configuredAt when that file was last read without a fault
 * @param running the number of runs that have begun
 * @param queued the number of runs that wait
 * @param maxParallelRuns how many runs may run at a time
 * @param sinceProgress how long the slowest of the running runs has made no progress; empty if none runs
 * @param warnings what the operator should know, such as a history that cannot be written
 */
public record DaemonStatus(
        State state,
        String version,
        Instant startedAt,
        Path configuration,
        Instant configuredAt,
        int running,
        int queued,
        int maxParallelRuns,
        Optional<Duration> sinceProgress,
        List<String> warnings) {

    /** What the daemon does. */
    public enum State {
        STARTING,
        READY,
        /** It reads its configuration. */
        RELOADING,
        /** It stops its runs so that they can continue, and begins no other. */
        STOPPING
    }

    public DaemonStatus {
        warnings = List.copyOf(warnings);
    }
}
