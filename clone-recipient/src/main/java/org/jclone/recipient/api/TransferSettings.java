package org.jclone.recipient.api;

import java.time.Duration;
import java.util.Objects;

/**
 * How the data is transferred. Components are named like the recipient's {@code clone_*} system variables and have their ranges
 * and defaults.
 *
 * @param maxConcurrency largest number of data connections, 1 to {@value #MAX_CONCURRENCY_LIMIT};
 *     default {@value #DEFAULT_MAX_CONCURRENCY}
 * @param autotuneConcurrency whether to find the best number of them while the clone runs; by default it is
 * @param bandwidthLimits for all connections together; none by default
 * @param compression on the wire; off by default
 * @param blockDdl whether the donor holds its backup lock, so that no DDL runs during the clone; by default not
 * @param ddlTimeout longest wait for DDL on the donor to end; sent to the donor in whole seconds; default 300 s
 * @param delayAfterDataDrop wait between deleting old data and copying, with {@link Replacement#DROP_FIRST}; at most an
 *     hour, none by default
 * @param checkFirst whether to check first, over one more connection, for reasons why the clone would fail, as {@code DonorCheck} does; by default not
 */
public record TransferSettings(
        int maxConcurrency,
        boolean autotuneConcurrency,
        BandwidthLimits bandwidthLimits,
        Compression compression,
        boolean blockDdl,
        Duration ddlTimeout,
        Duration delayAfterDataDrop,
        boolean checkFirst) {

    /** The default of {@code maxConcurrency}. */
    public static final int DEFAULT_MAX_CONCURRENCY = 16;

    /** The largest {@code maxConcurrency}. */
    public static final int MAX_CONCURRENCY_LIMIT = 128;

    /** The default of {@code ddlTimeout}. */
    public static final Duration DEFAULT_DDL_TIMEOUT = Duration.ofMinutes(5);

    /** The largest {@code ddlTimeout}. */
    public static final Duration MAX_DDL_TIMEOUT = Duration.ofDays(30);

    /** The largest {@code delayAfterDataDrop}. */
    public static final Duration MAX_DELAY_AFTER_DATA_DROP = Duration.ofHours(1);

    /** The defaults. */
    public static final TransferSettings DEFAULT = new TransferSettings(
            DEFAULT_MAX_CONCURRENCY,
            true,
            BandwidthLimits.NONE,
            Compression.OFF,
            false,
            DEFAULT_DDL_TIMEOUT,
            Duration.ZERO,
            false);

    public TransferSettings {
        Objects.requireNonNull(bandwidthLimits, "bandwidthLimits");
        Objects.requireNonNull(compression, "compression");
        if (maxConcurrency < 1 || maxConcurrency > MAX_CONCURRENCY_LIMIT) {
            throw new IllegalArgumentException(
                    "max concurrency: " + maxConcurrency + " (expected: 1 to " + MAX_CONCURRENCY_LIMIT + ')');
        }
        if (ddlTimeout.isNegative() || ddlTimeout.compareTo(MAX_DDL_TIMEOUT) > 0) {
            throw new IllegalArgumentException("ddl timeout: " + ddlTimeout.toSeconds() + " s (expected: 0 to "
                    + MAX_DDL_TIMEOUT.toSeconds() + ')');
        }
        if (delayAfterDataDrop.isNegative() || delayAfterDataDrop.compareTo(MAX_DELAY_AFTER_DATA_DROP) > 0) {
            throw new IllegalArgumentException("delay after data drop: " + delayAfterDataDrop.toSeconds()
                    + " s (expected: 0 to " + MAX_DELAY_AFTER_DATA_DROP.toSeconds() + ')');
        }
    }

    /**
     * {@return the same settings with another {@code maxConcurrency}}
     *
     * @param value the new one
     */
    public TransferSettings withMaxConcurrency(int value) {
        return RecordCopy.with(this, "maxConcurrency", value);
    }

    /**
     * {@return the same settings with another {@code autotuneConcurrency}}
     *
     * @param value the new one
     */
    public TransferSettings withAutotuneConcurrency(boolean value) {
        return RecordCopy.with(this, "autotuneConcurrency", value);
    }

    /**
     * {@return the same settings with another {@code bandwidthLimits}}
     *
     * @param value the new one
     */
    public TransferSettings withBandwidthLimits(BandwidthLimits value) {
        return RecordCopy.with(this, "bandwidthLimits", value);
    }

    /**
     * {@return the same settings with another {@code compression}}
     *
     * @param value the new one
     */
    public TransferSettings withCompression(Compression value) {
        return RecordCopy.with(this, "compression", value);
    }

    /**
     * {@return the same settings with another {@code blockDdl}}
     *
     * @param value the new one
     */
    public TransferSettings withBlockDdl(boolean value) {
        return RecordCopy.with(this, "blockDdl", value);
    }

    /**
     * {@return the same settings with another {@code ddlTimeout}}
     *
     * @param value the new one
     */
    public TransferSettings withDdlTimeout(Duration value) {
        return RecordCopy.with(this, "ddlTimeout", value);
    }

    /**
     * {@return the same settings with another {@code delayAfterDataDrop}}
     *
     * @param value the new one
     */
    public TransferSettings withDelayAfterDataDrop(Duration value) {
        return RecordCopy.with(this, "delayAfterDataDrop", value);
    }

    /**
     * {@return the same settings with another {@code checkFirst}}
     *
     * @param value the new one
     */
    public TransferSettings withCheckFirst(boolean value) {
        return RecordCopy.with(this, "checkFirst", value);
    }
}
