package org.jclone.recipient.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the settings that a server needs to run on a clone, and formats them as an option file. */
final class ConfigFragment {

    /** The first line of an option file of jclone. A later run replaces only files that begin with it. */
    static final String FIRST_LINE = "# Written by jclone: settings for the server that runs on a clone.";

    /** Values of the donor that are accepted for a server's option file. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_.:;+-]{1,500}");

    private final String origin;
    private final StringBuilder must = new StringBuilder();
    private final StringBuilder advised = new StringBuilder();
    private final StringBuilder ours = new StringBuilder();
    private final StringBuilder replica = new StringBuilder();
    private final StringBuilder notes = new StringBuilder();
    private final List<String> settings = new ArrayList<>();

    /** @param origin description of the clone, for readers */
    ConfigFragment(String origin) {
        this.origin = origin;
    }

    /** Adds a setting chosen by jclone without which the server does not start, or does not find its data. */
    void must(String name, String value) {
        String line = setting(name, value);
        settings.add(line.strip());
        must.append(line);
    }

    /** Adds a setting of the donor without which the server does not start, or does not find its data. */
    void mustAsOnDonor(String name, String value) {
        if (HARMLESS.matcher(value).matches()) {
            must(name, value);
        } else {
            note("The donor's " + name + " has an invalid value: " + OptionFile.comment(value));
        }
    }

    /** Adds a setting of the donor that is recommended for the server. */
    void advisedAsOnDonor(String name, String value) {
        if (HARMLESS.matcher(value).matches()) {
            advised.append(name).append('=').append(value).append('\n');
        } else {
            note("The donor's " + name + " has an invalid value: " + OptionFile.comment(value));
        }
    }

    /** Adds a recommended setting chosen by jclone, with the reason. */
    void advised(String name, String value, String why) {
        ours.append('\n').append(commented(why)).append(setting(name, value));
    }

    /** Adds a setting for a server on the clone of a replica, with the reason. */
    void replica(String name, String value, String why) {
        replica.append(commented(why)).append(setting(name, value));
    }

    /** Adds a commented-out setting for a replica, whose value the user must choose. */
    void replicaExample(String name, String why) {
        replica.append(commented(why)).append('#').append(name).append("=\n");
    }

    private static String setting(String name, String value) {
        return name + '=' + OptionFile.value(value) + '\n';
    }

    private static String commented(String text) {
        return "# " + OptionFile.comment(text) + '\n';
    }

    /** Adds a note. */
    void note(String text) {
        notes.append(commented(text));
    }

    /** Returns the mandatory settings, {@code name=value} each. */
    List<String> settings() {
        return List.copyOf(settings);
    }

    String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE)
                .append("\n# ")
                .append(OptionFile.comment(origin))
                .append("\n# Use it with --defaults-extra-file, or with !include in the server's my.cnf.\n\n[mysqld]\n")
                .append("# With other values the server does not start, or does not find its data.\n")
                .append(must);
        if (!advised.isEmpty()) {
            text.append("\n# As on the donor; with other values the server starts, but behaves differently.\n")
                    .append(advised);
        }
        text.append(ours);
        if (!replica.isEmpty()) {
            text.append("\n# For the clone of a replica, so that it replicates only when it is told to.\n")
                    .append(replica);
        }
        if (!notes.isEmpty()) {
            text.append('\n').append(notes);
        }
        return text.toString();
    }
}
