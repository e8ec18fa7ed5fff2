package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.cli.defaults.Defaults;

/**
 * The options about option files. They are read before all others and must come before them, as in MySQL. MySQL reports
 * one in another place as unknown; jclone reports the actual mistake.
 *
 * @param given values by name; empty for flags
 * @param rest all later arguments
 */
record LeadingOptions(Map<String, String> given, List<String> rest) {

    private static final Set<String> FLAGS =
            Set.of(OptionFileOptions.NO_DEFAULTS, OptionFileOptions.NO_LOGIN_PATHS, OptionFileOptions.PRINT_DEFAULTS);

    private static final Set<String> WITH_VALUE = Set.of(
            OptionFileOptions.DEFAULTS_FILE,
            OptionFileOptions.EXTRA_FILE,
            OptionFileOptions.GROUP_SUFFIX,
            OptionFileOptions.LOGIN_PATH);

    /** @throws UsageException if one of them comes after other options, or they contradict each other */
    static LeadingOptions parse(List<String> typed) throws UsageException {
        Map<String, String> given = new HashMap<>();
        int next = 0;
        while (next < typed.size() && isOne(typed.get(next))) {
            String text = typed.get(next++);
            String name = nameIn(text);
            if (name.equals(OptionFileOptions.NO_DEFAULTS) && !given.isEmpty()) {
                throw new UsageException(name + " must be the very first option");
            }
            if (FLAGS.contains(name)) {
                given.put(name, "");
            } else if (name.length() < text.length()) {
                given.put(name, text.substring(name.length() + 1));
            } else if (next < typed.size()) {
                given.put(name, typed.get(next++));
            }
        }
        LeadingOptions found = new LeadingOptions(given, typed.subList(next, typed.size()));
        found.check();
        return found;
    }

    private void check() throws UsageException {
        for (String text : rest) {
            if (isOne(text)) {
                throw new UsageException(nameIn(text) + " must come before all other options");
            }
        }
        if (given.containsKey(OptionFileOptions.NO_DEFAULTS)
                && (given.containsKey(OptionFileOptions.DEFAULTS_FILE)
                        || given.containsKey(OptionFileOptions.EXTRA_FILE))) {
            throw new UsageException("--no-defaults excludes --defaults-file and --defaults-extra-file");
        }
    }

    private static boolean isOne(String text) {
        return FLAGS.contains(text) || WITH_VALUE.contains(nameIn(text));
    }

    private static String nameIn(String text) {
        int equals = text.indexOf('=');
        return equals < 0 ? text : text.substring(0, equals);
    }

    Defaults defaults() {
        return new Defaults(
                given.containsKey(OptionFileOptions.NO_DEFAULTS),
                value(OptionFileOptions.DEFAULTS_FILE).map(Path::of),
                value(OptionFileOptions.EXTRA_FILE).map(Path::of),
                value(OptionFileOptions.GROUP_SUFFIX),
                value(OptionFileOptions.LOGIN_PATH),
                given.containsKey(OptionFileOptions.NO_LOGIN_PATHS));
    }

    boolean isPrint() {
        return given.containsKey(OptionFileOptions.PRINT_DEFAULTS);
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(given.get(name));
    }
}
