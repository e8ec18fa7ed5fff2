package org.jclone.cli.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jclone.daemon.DaemonSettings;
import org.jclone.daemon.rest.ApiSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the daemon itself; the group [daemon] of its file has the same. */
@Command(optionListHeading = "Daemon")
public final class DaemonOptions {

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where the runs that have not ended and the history are kept.")
    private Path stateDirectory = Path.of("/var/lib/jclone");

    @Option(
            names = "--max-parallel-runs",
            paramLabel = "N",
            description = "The largest number of runs at a time; further ones wait. A target has one run at a time.")
    @Range(min = 1, max = 100)
    private int maxParallelRuns = 1;

    @Option(
            names = "--history-days",
            paramLabel = "DAYS",
            description = "How long the history keeps runs and their events.")
    @Range(min = 1, max = 36_500)
    private int historyDays = 365;

    @Option(
            names = "--hang-limit",
            paramLabel = "SECONDS",
            description =
                    "A run without any sign of life for this long hangs: the daemon no longer answers the watchdog of systemd,"
                            + " which then restarts it, and the run continues. 0 is no limit.")
    @Range(min = 0, max = 604_800)
    private int hangLimit = 7200;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "Level of the log on standard error.")
    private LogLevel logLevel = LogLevel.INFO;

    @Mixin
    private ApiOptions api = new ApiOptions();

    /**
     * @param environment of the process
     * @throws IllegalArgumentException if options contradict each other
     */
    public ApiSettings api(Map<String, String> environment) {
        return api.settings(
                settings().stateDirectory(),
                environment,
                ProcessHandle.current().pid());
    }

    public DaemonSettings settings() {
        return new DaemonSettings(
                stateDirectory.toAbsolutePath().normalize(),
                maxParallelRuns,
                Duration.ofDays(historyDays),
                Duration.ofSeconds(hangLimit),
                new TreeMap<>());
    }

    public LogLevel logLevel() {
        return logLevel;
    }
}
