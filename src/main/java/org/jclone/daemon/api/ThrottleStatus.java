package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Optional;
import org.jclone.recipient.api.BandwidthLimits;

/**
 * The limits in effect.
 *
 * @param limits the limits of each run
 * @param origin who or what set them
 * @param reason in words, such as the line of the schedule
 * @param until when the schedule or the end of an override next changes them; empty if neither will
 */
public record ThrottleStatus(BandwidthLimits limits, Origin origin, String reason, Optional<Instant> until) {

    /** Who or what set limits. */
    public enum Origin {
        /** {@code max-data-bandwidth} and {@code max-network-bandwidth} of the target. */
        CONFIGURATION,
        SCHEDULE,
        /** A caller, through {@link DaemonService#setThrottle}. */
        OVERRIDE
    }
}
