package org.jclone.cli.option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Settings of the copy. Names are those of MySQL's {@code clone_*} variables. */
@Command(optionListHeading = "Clone")
public final class CloneOptions {

    @Option(names = "--max-concurrency", paramLabel = "N", description = "Maximum number of data connections.")
    @Range(min = 1, max = TransferSettings.MAX_CONCURRENCY_LIMIT)
    private int maxConcurrency = TransferSettings.DEFAULT_MAX_CONCURRENCY;

    @Option(
            names = "--autotune-concurrency",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Find the best number of connections during the clone; OFF uses --max-concurrency from the"
                    + " start.")
    private Switch autotuneConcurrency = Switch.ON;

    @Option(
            names = "--max-data-bandwidth",
            paramLabel = "MIB",
            description = "Maximum MiB per second of file contents; 0 is no limit.")
    @Range(min = 0, max = BandwidthLimits.MAX_MIB_PER_SECOND)
    private long maxDataBandwidth;

    @Option(
            names = "--max-network-bandwidth",
            paramLabel = "MIB",
            description = "Maximum MiB per second on the network; 0 is no limit.")
    @Range(min = 0, max = BandwidthLimits.MAX_MIB_PER_SECOND)
    private long maxNetworkBandwidth;

    @Option(
            names = "--block-ddl",
            paramLabel = "ON|OFF",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = Switch.Converter.class,
            description = "Hold the donor's backup lock during the clone, so that no DDL runs there.")
    private Switch blockDdl = Switch.OFF;

    @Option(
            names = "--ddl-timeout",
            paramLabel = "SECONDS",
            description = "Maximum time that the clone waits for DDL on the donor, and that DDL there waits for the"
                    + " clone.")
    @Range(min = 0, max = 2592000)
    private long ddlTimeoutSeconds = TransferSettings.DEFAULT_DDL_TIMEOUT.toSeconds();

    @Option(
            names = "--delay-after-data-drop",
            paramLabel = "SECONDS",
            description = "With --replace=drop-first: time to wait between deleting the old data and copying, for file"
                    + " systems that free space late. In other modes nothing is deleted first, and nothing waits.")
    @Range(min = 0, max = 3600)
    private int dropDelaySeconds;

    @Option(
            names = "--buffer-size",
            paramLabel = "BYTES",
            converter = ByteSize.class,
            description =
                    "Accepted as clone_buffer_size, without effect: MySQL uses it for local clones only, and jclone"
                            + " has a buffer of 1 MiB for each data connection.")
    @Range(min = 1 << 20, max = 256 << 20)
    private Long bufferSize;

    @Option(
            names = "--donor-timeout-after-network-failure",
            paramLabel = "MINUTES",
            description = "Accepted as clone_donor_timeout_after_network_failure, without effect: the donor's own value"
                    + " counts. See --reconnect-timeout.")
    @Range(min = 0, max = 30)
    private Integer donorTimeoutMinutes;

    /** Says which of the given options have no effect, and why. */
    public List<String> notes(boolean dropFirst) {
        List<String> notes = new ArrayList<>();
        if (bufferSize != null) {
            notes.add("note: clone_buffer_size changes nothing: MySQL uses it for local clones only, and jclone has"
                    + " 1 MiB for each data connection");
        }
        if (dropDelaySeconds > 0 && !dropFirst) {
            notes.add("note: clone_delay_after_data_drop changes nothing without --replace=drop-first: no data is"
                    + " deleted before the copy");
        }
        if (donorTimeoutMinutes != null) {
            notes.add("note: clone_donor_timeout_after_network_failure changes nothing here: the donor's value counts;"
                    + " --reconnect-timeout is ours");
        }
        return notes;
    }

    public BandwidthLimits bandwidthLimits() {
        return new BandwidthLimits(maxDataBandwidth, maxNetworkBandwidth);
    }

    public TransferSettings settings(Compression compression, boolean checkFirst) {
        return new TransferSettings(
                maxConcurrency,
                autotuneConcurrency.isOn(),
                bandwidthLimits(),
                compression,
                blockDdl.isOn(),
                Duration.ofSeconds(ddlTimeoutSeconds),
                Duration.ofSeconds(dropDelaySeconds),
                checkFirst);
    }
}
