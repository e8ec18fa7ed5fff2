package org.jclone.provision.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a server.
 *
 * @param text as the server shows it: {@code 9.7.4}, {@code 8.0.44-0ubuntu0.24.04.1}
 * @param number comparable: 90704 for 9.7.4; 0 if the text is no version of MySQL
 */
public record Version(String text, int number) {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,3})\\.(\\d{1,2})\\.(\\d{1,2})(?!\\d).*");
    private static final String MARIADB = "MariaDB";

    public static Version of(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        if (text.contains(MARIADB) || !numbers.matches()) {
            return new Version(text, 0);
        }
        return new Version(
                text,
                Integer.parseInt(numbers.group(1)) * 10_000
                        + Integer.parseInt(numbers.group(2)) * 100
                        + Integer.parseInt(numbers.group(3)));
    }

    public boolean isMySql() {
        return number > 0;
    }

    /** @param other a number such as 80022 for 8.0.22 */
    public boolean isAtLeast(int other) {
        return number >= other;
    }

    @Override
    public String toString() {
        return text;
    }
}
