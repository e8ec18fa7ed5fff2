package org.jclone.provision.api;

import java.time.Duration;
import java.util.Objects;

/**
 * What the run waits for before it hands the server over.
 *
 * @param maxLag how far the new server may be behind the source at the end of CATCH UP
 * @param stall time without any progress after which the run gives up
 */
public record WaitSettings(Until until, Duration maxLag, Duration stall) {

    /** When CATCH UP ends. */
    public enum Until {
        /** The new server is less than {@code maxLag} behind. */
        CAUGHT_UP,
        /** The channel receives and applies. */
        REPLICATING,
        /** The channel is configured, and starts with the real server. */
        CONFIGURED
    }

    public WaitSettings {
        Objects.requireNonNull(until, "until");
        if (maxLag.isNegative() || maxLag.isZero() || stall.isNegative() || stall.isZero()) {
            throw new IllegalArgumentException("waiting: times above 0 are expected");
        }
    }
}
