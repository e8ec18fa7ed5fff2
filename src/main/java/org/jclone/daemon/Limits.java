package org.jclone.daemon;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.daemon.api.ThrottleStatus.Origin;
import org.jclone.daemon.throttle.ThrottleRule;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.recipient.api.BandwidthLimits;

/** Decides which limits hold now: those of a caller, else those of the schedule, else those of the target. */
final class Limits {

    private final Clock clock;

    /** One limit that a caller has set. */
    private record SetLimit(long limit, Optional<Instant> until, String by) {

        boolean holds(Instant now) {
            return until.filter(end -> !now.isBefore(end)).isEmpty();
        }
    }

    /** Guarded by this, as is {@code network}. */
    private Optional<SetLimit> data = Optional.empty();

    private Optional<SetLimit> network = Optional.empty();

    Limits(Clock clock) {
        this.clock = clock;
    }

    /** Changes the limits that are given, and leaves the other one; or releases both. */
    synchronized void set(ThrottleChange change, String by) {
        if (change.isReset()) {
            data = Optional.empty();
            network = Optional.empty();
        }
        change.dataMiBPerSecond().ifPresent(limit -> data = Optional.of(new SetLimit(limit, change.until(), by)));
        change.networkMiBPerSecond().ifPresent(limit -> network = Optional.of(new SetLimit(limit, change.until(), by)));
    }

    /** @param configured the limits of the target, or none */
    synchronized ThrottleStatus now(ThrottleSchedule schedule, BandwidthLimits configured) {
        Instant now = clock.instant();
        data = data.filter(set -> set.holds(now));
        network = network.filter(set -> set.holds(now));
        ThrottleStatus planned = planned(schedule, configured, now);
        if (data.isEmpty() && network.isEmpty()) {
            return planned;
        }
        return new ThrottleStatus(
                new BandwidthLimits(
                        data.map(SetLimit::limit).orElse(planned.limits().dataMiBPerSecond()),
                        network.map(SetLimit::limit).orElse(planned.limits().networkMiBPerSecond())),
                Origin.OVERRIDE,
                "set by "
                        + Stream.of(data, network)
                                .flatMap(Optional::stream)
                                .map(SetLimit::by)
                                .distinct()
                                .collect(Collectors.joining(" and ")),
                Stream.of(data.flatMap(SetLimit::until), network.flatMap(SetLimit::until))
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder()));
    }

    private static ThrottleStatus planned(ThrottleSchedule schedule, BandwidthLimits configured, Instant now) {
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
