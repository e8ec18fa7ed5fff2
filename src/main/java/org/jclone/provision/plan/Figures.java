package org.jclone.provision.plan;

import java.time.Duration;
import java.util.Locale;

/** Figures as people read them. They are estimates, so three digits are enough. */
final class Figures {

    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int STEP = 1024;

    private Figures() {}

    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : digits(value)) + " " + UNITS[unit];
    }

    static String time(Duration time) {
        double exact = time.toMillis() / 1000.0;
        long seconds = Math.round(exact);
        if (exact < 10) {
            return digits(exact) + " s";
        }
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 120 * 60) {
            return digits(seconds / 60.0) + " min";
        }
        return seconds < 48 * 3600 ? digits(seconds / 3600.0) + " h" : digits(seconds / 86_400.0) + " days";
    }

    /** Returns a rate per second. */
    static String rate(double perSecond) {
        return digits(perSecond);
    }

    private static String digits(double value) {
        String format = value >= 100 || value == Math.rint(value) ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
