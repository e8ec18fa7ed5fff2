package org.jclone.cli.option;

import java.time.Duration;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.recipient.api.BandwidthLimits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of [throttle] in the file of {@code jclone daemon}: when a donor is busy, and what a copy may take then. */
@Command(optionListHeading = "Health of the donor")
public final class DonorCareOptions {

    @Option(
            names = "--donor-max-threads",
            paramLabel = "N",
            description = "The donor is busy with more statements under way than this, without those of the copy."
                    + " 0 is no limit.")
    @Range(min = 0, max = 100_000)
    private long maxThreads;

    @Option(
            names = "--donor-max-latency",
            paramLabel = "MS",
            description = "The donor is busy if a statement without work takes longer. 0 is no limit.")
    @Range(min = 0, max = 60_000)
    private long maxLatencyMillis;

    @Option(
            names = "--donor-max-lag",
            paramLabel = "SECONDS",
            description = "The donor is busy if it is further behind its source. 0 is no limit.")
    @Range(min = 0, max = 31_536_000)
    private long maxLagSeconds;

    @Option(
            names = "--donor-max-redo",
            paramLabel = "PERCENT",
            description = "The donor is busy if its last checkpoint is further behind, in percent of the redo log's"
                    + " capacity. 0 is no limit.")
    @Range(min = 0, max = 100)
    private int maxRedoPercent;

    @Option(
            names = "--donor-busy-bandwidth",
            paramLabel = "MIB",
            description = "Limit of file contents in MiB per second while the donor is busy.")
    @Range(min = 1, max = BandwidthLimits.MAX_MIB_PER_SECOND)
    private long busyMiBPerSecond = 1;

    public DonorCare care() {
        return new DonorCare(
                maxThreads,
                Duration.ofMillis(maxLatencyMillis),
                Duration.ofSeconds(maxLagSeconds),
                maxRedoPercent,
                busyMiBPerSecond);
    }
}
