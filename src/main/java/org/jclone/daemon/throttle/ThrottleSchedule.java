package org.jclone.daemon.throttle;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The rules in their order: the first that holds counts. They are about the clock on the wall of a time zone. In the hour
 * that the clock repeats, a rule holds twice; in the hour that it skips, not at all.
 */
public record ThrottleSchedule(List<ThrottleRule> rules, ZoneId zone) {

    /** A rule and a change of the clock return within this time. */
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
                moments.add(today.plusDays(day)
                        .atTime(rule.begin())
                        .atZone(zone)
                        .withEarlierOffsetAtOverlap()
                        .toInstant());
                moments.add(today.plusDays(day)
                        .atTime(rule.begin())
                        .atZone(zone)
                        .withLaterOffsetAtOverlap()
                        .toInstant());
                moments.add(today.plusDays(day)
                        .atTime(rule.end())
                        .atZone(zone)
                        .withEarlierOffsetAtOverlap()
                        .toInstant());
                moments.add(today.plusDays(day)
                        .atTime(rule.end())
                        .atZone(zone)
                        .withLaterOffsetAtOverlap()
                        .toInstant());
            }
        }
        ZoneOffsetTransition change = zone.getRules().nextTransition(time);
        if (change != null && change.getInstant().isBefore(time.plus(Duration.ofDays(DAYS_AHEAD)))) {
            moments.add(change.getInstant());
        }
        return new TreeSet<>(moments.tailSet(time, false));
    }
}
