package org.jclone.daemon;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.daemon.api.ThrottleStatus.Origin;
import org.jclone.daemon.throttle.ThrottleRule;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.recipient.api.BandwidthLimits;

/** Which limits hold now: those of a caller, else those of the schedule, else those of the target. */
final class Limits {

    private final Clock clock;

    /** Guarded by this. */
    private Optional<ThrottleChange> override = Optional.empty();

    Limits(Clock clock) {
        this.clock = clock;
    }

    synchronized void set(ThrottleChange change) {
        override = change.limits().isPresent() ? Optional.of(change) : Optional.empty();
    }

    /** @param configured the limits of the target, or none */
    synchronized ThrottleStatus now(ThrottleSchedule schedule, BandwidthLimits configured) {
        Instant now = clock.instant();
        override = override.filter(
                change -> change.until().filter(until -> !now.isBefore(until)).isEmpty());
        if (override.isPresent()) {
            return new ThrottleStatus(
                    override.get().limits().orElseThrow(),
                    Origin.OVERRIDE,
                    "set by a caller",
                    override.get().until());
        }
        Optional<ThrottleRule> rule = schedule.at(now);
        Optional<Instant> next = schedule.nextChange(now);
        return rule.map(found -> new ThrottleStatus(
                        new BandwidthLimits(found.dataMiBPerSecond(), configured.networkMiBPerSecond()),
                        Origin.SCHEDULE,
                        "the schedule: " + found.text(),
                        next))
                .orElse(new ThrottleStatus(configured, Origin.CONFIGURATION, "the configuration", next));
    }
}
