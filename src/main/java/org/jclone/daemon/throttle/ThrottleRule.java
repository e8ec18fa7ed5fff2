package org.jclone.daemon.throttle;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.BandwidthLimits;

/**
 * One line of the schedule: {@code [DAYS] HH:MM-HH:MM=LIMIT}. A period whose end is not after its begin ends
 * on the next day; the days are those on which it begins.
 *
 * @param text as it was written
 * @param dataMiBPerSecond the limit of file contents; 0 is no limit
 */
public record ThrottleRule(String text, Set<DayOfWeek> days, LocalTime begin, LocalTime end, long dataMiBPerSecond) {

    private static final Pattern SYNTAX = Pattern.compile(
            "(?:(\\S+)\\s+)?(\\d{1,2}:\\d{2})\\s*-\\s*(\\d{1,2}:\\d{2})\\s*=\\s*(\\S+)", Pattern.CASE_INSENSITIVE);

    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final String EXPECTED =
            "(expected: [DAYS] HH:MM-HH:MM=MIB, such as Mon-Fri 08:00-18:00=50, or unlimited instead of MIB)";

    public ThrottleRule {
        days = Set.copyOf(days);
    }

    /** @throws IllegalArgumentException if the text is no rule */
    public static ThrottleRule parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a rule " + EXPECTED);
        }
        return new ThrottleRule(
                text.strip(),
                matcher.group(1) == null ? EnumSet.allOf(DayOfWeek.class) : days(matcher.group(1)),
                time(matcher.group(2)),
                time(matcher.group(3)),
                limit(matcher.group(4)));
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException("not days: " + part + " " + EXPECTED);
            }
            DayOfWeek last = day(ends[ends.length - 1]);
            DayOfWeek each = day(ends[0]);
            days.add(each);
            while (each != last) {
                each = each.plus(1);
                days.add(each);
            }
        }
        return days;
    }

    private static DayOfWeek day(String text) {
        int index = DAYS.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new IllegalArgumentException("not a day: " + text + " (expected: Mon, Tue, Wed, Thu, Fri, Sat, Sun)");
        }
        return DayOfWeek.of(index + 1);
    }

    private static LocalTime time(String text) {
        try {
            String padded = text.length() < "00:00".length() ? '0' + text : text;
            return padded.equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(padded);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not a time: " + text + " (expected: 00:00 to 24:00)");
        }
    }

    private static long limit(String text) {
        if (text.equalsIgnoreCase("unlimited")) {
            return 0;
        }
        try {
            long limit = Long.parseLong(text);
            if (limit >= 0 && limit <= BandwidthLimits.MAX_MIB_PER_SECOND) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // reported below, like a value out of range
        }
        throw new IllegalArgumentException(
                "not a limit: " + text + " (expected: 0 to " + BandwidthLimits.MAX_MIB_PER_SECOND + ", or unlimited)");
    }

    /** Whether the rule holds at this local time. */
    boolean holds(LocalDateTime time) {
        boolean begun = !time.toLocalTime().isBefore(begin);
        boolean over = !time.toLocalTime().isBefore(end);
        if (begin.isBefore(end)) {
            return begun && !over && days.contains(time.getDayOfWeek());
        }
        return begun && days.contains(time.getDayOfWeek())
                || !over && days.contains(time.getDayOfWeek().minus(1));
    }
}
