package org.jclone.cli.option;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A point in time, in the formats that people and logs use. */
public final class Since {

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private Since() {}

    /**
     * @param text {@code 90m} ago (or s, h, d); {@code 2026-01-31}, {@code 2026-01-31 12:00[:00]} in the zone of this
     *     machine; or with a zone as in a log, {@code 2026-01-31T12:00:00Z}
     */
    public static Instant parse(String text, Instant now, ZoneId zone) throws UsageException {
        String wanted = text.strip();
        Matcher ago = AGO.matcher(wanted);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            if (wanted.length() == "2026-01-31".length()) {
                return LocalDate.parse(wanted).atStartOfDay(zone).toInstant();
            }
            String iso = wanted.replace(' ', 'T');
            return iso.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new UsageException(
                    "--since is a time, as 2026-01-31T12:00:00Z, \"2026-01-31 12:00\", 2026-01-31, or 90m (s, h, d) ago");
        }
    }
}
