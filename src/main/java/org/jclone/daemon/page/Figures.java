package org.jclone.daemon.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Numbers and times as the page shows them. */
final class Figures {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int KIBI_SHIFT = 10;
    private static final int DIGITS = 3;
    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private Figures() {}

    /** Returns three digits and a unit: {@code 17 B}, {@code 4.20 GiB}, {@code 843 MiB}. */
    static String bytes(long bytes) {
        int unit = 0;
        while (unit < UNITS.length - 1 && bytes >> (unit + 1) * KIBI_SHIFT > 0) {
            unit++;
        }
        if (unit == 0) {
            return bytes + " B";
        }
        BigDecimal value = new BigDecimal(bytes).divide(new BigDecimal(1L << unit * KIBI_SHIFT), MathContext.DECIMAL64);
        int integers = value.precision() - value.scale();
        return value.setScale(Math.max(0, DIGITS - integers), RoundingMode.HALF_UP)
                        .toPlainString()
                + ' '
                + UNITS[unit];
    }

    static String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /** Returns a number with a space between thousands. */
    static String count(long number) {
        StringBuilder digits = new StringBuilder(Long.toString(number));
        for (int at = digits.length() - DIGITS; at > 0 && Character.isDigit(digits.charAt(at - 1)); at -= DIGITS) {
            digits.insert(at, '\u202f');
        }
        return digits.toString();
    }

    /** Returns {@code 7 s}, {@code 3 min 20 s}, {@code 2 h 05 min}, {@code 4 d 03 h}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + twoDigits(seconds % 60) + " s";
        }
        long hours = seconds / 3600;
        return hours < 24
                ? hours + " h " + twoDigits(seconds / 60 % 60) + " min"
                : hours / 24 + " d " + twoDigits(hours % 24) + " h";
    }

    private static String twoDigits(long value) {
        return value < 10 ? "0" + value : Long.toString(value);
    }

    /** Returns the percentage, 0 if the whole is not known. */
    static int percent(long part, long whole) {
        return whole <= 0 ? 0 : (int) Math.min(100, Math.max(0, part * 100.0 / whole));
    }

    /** Returns the time of day, in UTC. */
    static Html time(Instant time) {
        return Html.of("time", TIME.format(time.atOffset(ZoneOffset.UTC))).with("datetime", time.toString());
    }

    /** Returns date and time, in UTC. */
    static Html dateAndTime(Instant time) {
        return Html.of("time", DATE_AND_TIME.format(time.atOffset(ZoneOffset.UTC)))
                .with("datetime", time.toString());
    }
}
