package org.jclone.provision.plan;

import java.util.OptionalLong;

/**
 * How fast a copy is expected to be.
 *
 * @param origin where the figure comes from
 */
public record CopyRate(long bytesPerSecond, Origin origin) {

    /** What is assumed if nothing better is known: half of a network of 1 Gbit/s. */
    public static final CopyRate ASSUMED = new CopyRate(50L << 20, Origin.ASSUMED);

    /** Where a figure comes from. */
    public enum Origin {
        /** Nothing is known of this machine. */
        ASSUMED("assumed; --expected-rate or a first run gives a better figure"),
        /** The operator's figure. */
        GIVEN("given with --expected-rate"),
        /** Measured in the last run. */
        MEASURED("measured in the last run"),
        /** The limit of the bandwidth. */
        LIMIT("the limit of --max-data-bandwidth");

        private final String text;

        Origin(String text) {
            this.text = text;
        }
    }

    public CopyRate {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("rate: " + bytesPerSecond);
        }
    }

    /**
     * {@return what the operator gave, else what was measured, else an assumption, but at most the limit}
     *
     * @param givenMiB MiB per second; 0 for none
     * @param measured bytes per second
     * @param limitMiB MiB per second; 0 for none
     */
    public static CopyRate of(long givenMiB, OptionalLong measured, long limitMiB) {
        CopyRate rate = ASSUMED;
        if (givenMiB > 0) {
            rate = new CopyRate(givenMiB << 20, Origin.GIVEN);
        } else if (measured.isPresent() && measured.getAsLong() > 0) {
            rate = new CopyRate(measured.getAsLong(), Origin.MEASURED);
        }
        boolean limited = limitMiB > 0 && limitMiB << 20 < rate.bytesPerSecond();
        return limited ? new CopyRate(limitMiB << 20, Origin.LIMIT) : rate;
    }

    @Override
    public String toString() {
        return Figures.bytes(bytesPerSecond) + "/s (" + origin.text + ")";
    }
}
