package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Settings of the daemon itself.
 *
 * @param stateDirectory where runs and history are kept; fixed while the daemon runs
 * @param maxParallelRuns how many runs may run at a time
 * @param retention how long the history keeps runs and events
 * @param hangLimit how long a run may show no sign of life; zero for no limit
 * @param fixed options that take effect only when the daemon starts: values by name
 */
public record DaemonSettings(
        Path stateDirectory,
        int maxParallelRuns,
        Duration retention,
        Duration hangLimit,
        SortedMap<String, List<String>> fixed) {

    public DaemonSettings {
        fixed = Collections.unmodifiableSortedMap(new TreeMap<>(fixed));
    }

    /** Settings without fixed options, and without a limit for runs that hang. */
    public DaemonSettings(Path stateDirectory, int maxParallelRuns, Duration retention) {
        this(stateDirectory, maxParallelRuns, retention, Duration.ZERO, new TreeMap<>());
    }
}
