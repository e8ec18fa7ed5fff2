package org.jclone.daemon.throttle;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The rules in their order: the first that holds counts. They use the local time of a time zone. A rule holds twice in
 * an hour that the clock repeats, and not at all in an hour that it skips.
 */
public record ThrottleSchedule(List<ThrottleRule> rules, ZoneId zone) {

    /** Each rule begins and ends within this time, even if the clock changes. */
    private static final int DAYS_AHEAD = 8;

    public static final ThrottleSchedule NONE = new ThrottleSchedule(List.of(), ZoneId.of("UTC"));

    public ThrottleSchedule {
        rules = List.copyOf(rules);
    }

    /** Returns the rule that holds; empty if none does. */
    public Optional<ThrottleRule> at(Instant time) {
        LocalDateTime local = LocalDateTime.ofInstant(time, zone);
        return rules.stream().filter(rule -> rule.holds(local)).findFirst();
    }

    /** Returns when another rule holds, or none; empty if this does not change within a week. */
    public Optional<Instant> nextChange(Instant time) {
        Optional<ThrottleRule> now = at(time);
        return moments(time).stream().filter(moment -> !at(moment).equals(now)).findFirst();
    }

    /** Returns the moments after this one at which another rule may hold. */
    private TreeSet<Instant> moments(Instant time) {
        TreeSet<Instant> moments = new TreeSet<>();
        LocalDate today = LocalDate.ofInstant(time, zone);
        for (int day = 0; day <= DAYS_AHEAD; day++) {
            for (ThrottleRule rule : rules) {
                for (LocalTime edge : List.of(rule.begin(), rule.end())) {
                    ZonedDateTime moment = today.plusDays(day).atTime(edge).atZone(zone);
                    moments.add(moment.withEarlierOffsetAtOverlap().toInstant());
                    moments.add(moment.withLaterOffsetAtOverlap().toInstant());
                }
            }
        }
        ZoneOffsetTransition change = zone.getRules().nextTransition(time);
        if (change != null && change.getInstant().isBefore(time.plus(Duration.ofDays(DAYS_AHEAD)))) {
            moments.add(change.getInstant());
        }
        return new TreeSet<>(moments.tailSet(time, false));
    }
}
