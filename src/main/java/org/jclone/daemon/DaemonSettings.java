package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the daemon itself.
 *
 * @param stateDirectory where runs and history are kept; fixed while the daemon runs
 * @param maxParallelRuns how many runs may run at a time
 * @param retention how long the history keeps runs and events
 */
public record DaemonSettings(Path stateDirectory, int maxParallelRuns, Duration retention) {}
