package org.jclone.cli.option;

import java.time.Duration;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How the clone goes about it. Names are those of MySQL's {@code clone_*} variables. */
@Command(optionListHeading = "Clone")
public final class CloneOptions {

    @Option(
            names = "--max-concurrency",
            paramLabel = "N",
            description = "Most connections that carry data at the same time.")
    @Range(min = 1, max = TransferSettings.MAX_CONCURRENCY_LIMIT)
    private int maxConcurrency = TransferSettings.DEFAULT_MAX_CONCURRENCY;

    @Option(
            names = "--autotune-concurrency",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description =
                    "Find the best number of connections while the clone runs; OFF uses --max-concurrency at once.")
    private Switch autotuneConcurrency = Switch.ON;

    @Option(
            names = "--max-data-bandwidth",
            paramLabel = "MIB",
            description = "Most MiB per second of file contents; 0 is no limit.")
    @Range(min = 0, max = BandwidthLimits.MAX_MIB_PER_SECOND)
    private long maxDataBandwidth;

    @Option(
            names = "--max-network-bandwidth",
            paramLabel = "MIB",
            description = "Most MiB per second on the wire; 0 is no limit.")
    @Range(min = 0, max = BandwidthLimits.MAX_MIB_PER_SECOND)
    private long maxNetworkBandwidth;

    @Option(
            names = "--block-ddl",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Let the donor hold its backup lock, so that no DDL runs there while the clone does.")
    private Switch blockDdl = Switch.OFF;

    @Option(
            names = "--ddl-timeout",
            paramLabel = "SECONDS",
            description = "Longest time to wait on the donor for DDL to end, and for DDL there to wait for the clone.")
    @Range(min = 0, max = 2592000)
    private int ddlTimeoutSeconds = 300;

    public BandwidthLimits bandwidthLimits() {
        return new BandwidthLimits(maxDataBandwidth, maxNetworkBandwidth);
    }

    public void applyTo(CloneRequest.Builder request) {
        request.maxConcurrency(maxConcurrency)
                .autotuneConcurrency(autotuneConcurrency.isOn())
                .bandwidthLimits(bandwidthLimits())
                .blockDdl(blockDdl.isOn())
                .ddlTimeout(Duration.ofSeconds(ddlTimeoutSeconds));
    }
}
