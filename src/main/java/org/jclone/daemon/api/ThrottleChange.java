package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A change of the limits. A limit that is not given stays what it is.
 *
 * @param dataMiBPerSecond the limit of file contents from now on; 0 is no limit
 * @param networkMiBPerSecond the limit of bytes on the wire from now on; 0 is no limit
 * @param until when the given limits end; empty if they end with the daemon
 */
public record ThrottleChange(OptionalLong dataMiBPerSecond, OptionalLong networkMiBPerSecond, Optional<Instant> until) {

    /** Returns to the limits of schedule and configuration. */
    public static final ThrottleChange RESET =
            new ThrottleChange(OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

    public ThrottleChange {
        Objects.requireNonNull(until, "until");
        if (dataMiBPerSecond.isEmpty() && networkMiBPerSecond.isEmpty() && until.isPresent()) {
            throw new IllegalArgumentException("an end without limits");
        }
    }

    /** Whether no limit is given, so that those of schedule and configuration return. */
    public boolean isReset() {
        return dataMiBPerSecond.isEmpty() && networkMiBPerSecond.isEmpty();
    }
}
