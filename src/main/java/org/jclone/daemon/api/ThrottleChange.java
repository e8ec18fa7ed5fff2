package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jclone.recipient.api.BandwidthLimits;

/**
 * A change of the limits.
 *
 * @param limits the limits from now on; empty to return to those of schedule and configuration
 * @param until when the override ends; empty if it ends with the daemon
 */
public record ThrottleChange(Optional<BandwidthLimits> limits, Optional<Instant> until) {

    public ThrottleChange {
        Objects.requireNonNull(limits, "limits");
        if (limits.isEmpty() && until.isPresent()) {
            throw new IllegalArgumentException("an end without limits");
        }
    }
}
