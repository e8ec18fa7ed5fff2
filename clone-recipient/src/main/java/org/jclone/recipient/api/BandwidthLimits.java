package org.jclone.recipient.api;

/**
 * Upper bounds for all connections of a clone together, in MiB per second; 0 means no limit.
 *
 * @param dataMiBPerSecond bytes of files, after decompression
 * @param networkMiBPerSecond bytes on the wire
 */
public record BandwidthLimits(long dataMiBPerSecond, long networkMiBPerSecond) {

    /** The largest limit, the same as for {@code clone_max_data_bandwidth}: 1 TiB per second. */
    public static final long MAX_MIB_PER_SECOND = 1_048_576;

    /** No limits. */
    public static final BandwidthLimits NONE = new BandwidthLimits(0, 0);

    public BandwidthLimits {
        check("data bandwidth", dataMiBPerSecond);
        check("network bandwidth", networkMiBPerSecond);
    }

    private static void check(String name, long value) {
        if (value < 0 || value > MAX_MIB_PER_SECOND) {
            throw new IllegalArgumentException(
                    name + ": " + value + " MiB/s (expected: 0 to " + MAX_MIB_PER_SECOND + ')');
        }
    }
}
