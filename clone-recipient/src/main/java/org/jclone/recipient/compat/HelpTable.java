package org.jclone.recipient.compat;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of values at the end of {@code mysqld --verbose --help}. It has the system variables and options, with neither
 * those of plugins nor persisted values.
 */
public final class HelpTable {

    private static final String TITLE = "\nVariables (--variable-name=value)";
    private static final Pattern ROW = Pattern.compile("(?m)^([a-z][a-z0-9-]{1,99})(?: +(.*?))?\\s*$");
    private static final String NO_VALUE = "(No default value)";

    private HelpTable() {}

    /** Returns the values by name, with underscores; an empty text for no value. Returns empty if the text has no table. */
    public static Optional<Map<String, String>> parse(String help) {
        int title = help.indexOf(TITLE);
        if (title < 0) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        Matcher rows = ROW.matcher(help.substring(title + TITLE.length()));
        while (rows.find()) {
            String value = Optional.ofNullable(rows.group(2)).orElse("");
            values.putIfAbsent(rows.group(1).replace('-', '_'), value.equals(NO_VALUE) ? "" : value);
        }
        return Optional.of(Collections.unmodifiableMap(values));
    }
}
