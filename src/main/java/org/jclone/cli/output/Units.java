package org.jclone.cli.output;

import java.time.Duration;

/** Formats numbers for people. Does not use {@code Formatter}, which is slow on first use. */
public final class Units {

    private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int KIBI_SHIFT = 10;

    private Units() {}

    /** Formats bytes with three significant digits: {@code 17 B}, {@code 4.20 GiB}, {@code 843 MiB}. */
    public static String bytes(long bytes) {
        int unit = 0;
        while (unit < BYTE_UNITS.length - 1 && bytes >> (unit + 1) * KIBI_SHIFT > 0) {
            unit++;
        }
        if (unit == 0) {
            return bytes + " B";
        }
        return threeDigits((double) bytes / (1L << unit * KIBI_SHIFT)) + ' ' + BYTE_UNITS[unit];
    }

    public static String bytesPerSecond(long rate) {
        return bytes(rate) + "/s";
    }

    /** Formats a duration: {@code 0.412 s}, {@code 5.12 s}, {@code 3 min 20 s}, {@code 2 h 05 min}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return threeDigits(duration.toMillis() / 1000.0) + " s";
        }
        long minutes = seconds / 60;
        return minutes < 60
                ? minutes + " min " + twoDigits(seconds % 60) + " s"
                : minutes / 60 + " h " + twoDigits(minutes % 60) + " min";
    }

    /** Formats a duration as a clock does: {@code 0:07}, {@code 12:45}, {@code 1:02:30}. */
    public static String clock(Duration duration) {
        long seconds = duration.toSeconds();
        long minutes = seconds / 60;
        return minutes < 60
                ? minutes + ":" + twoDigits(seconds % 60)
                : minutes / 60 + ":" + twoDigits(minutes % 60) + ':' + twoDigits(seconds % 60);
    }

    /** Returns bytes per second; counts a time too short to measure as one millisecond. */
    public static long rate(long bytes, Duration elapsed) {
        return Math.round(bytes * 1000.0 / Math.max(1, elapsed.toMillis()));
    }

    private static String twoDigits(long value) {
        return value < 10 ? "0" + value : String.valueOf(value);
    }

    private static String threeDigits(double value) {
        int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        long scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
        long scaled = Math.round(value * scale);
        if (decimals == 0) {
            return String.valueOf(scaled);
        }
        String fraction = String.valueOf(scaled % scale);
        return scaled / scale + "." + "0".repeat(decimals - fraction.length()) + fraction;
    }
}
