package org.jclone.cli.option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    @Option(
            names = "--delay-after-data-drop",
            paramLabel = "SECONDS",
            description =
                    "With --replace=drop-first: how long to wait between deleting the old data and copying, for a file"
                            + " system that gives room back late. Otherwise nothing is deleted first, and nothing waits.")
    @Range(min = 0, max = 3600)
    private int dropDelaySeconds;

    @Option(
            names = "--buffer-size",
            paramLabel = "BYTES",
            converter = ByteSize.class,
            description = "Accepted as clone_buffer_size, and changes nothing: MySQL uses it for local clones only, and"
                    + " here each data connection has a buffer of 1 MiB.")
    @Range(min = 1 << 20, max = 256 << 20)
    private Long bufferSize;

    @Option(
            names = "--donor-timeout-after-network-failure",
            paramLabel = "MINUTES",
            description = "Accepted as clone_donor_timeout_after_network_failure, and changes nothing: the donor's own"
                    + " value counts. See --reconnect-timeout.")
    @Range(min = 0, max = 30)
    private Integer donorTimeoutMinutes;

    /** Tells which of the given options change nothing, and why. */
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

    public void applyTo(CloneRequest.Builder request) {
        request.maxConcurrency(maxConcurrency)
                .autotuneConcurrency(autotuneConcurrency.isOn())
                .bandwidthLimits(bandwidthLimits())
                .blockDdl(blockDdl.isOn())
                .ddlTimeout(Duration.ofSeconds(ddlTimeoutSeconds))
                .delayAfterDataDrop(Duration.ofSeconds(dropDelaySeconds));
    }
}
