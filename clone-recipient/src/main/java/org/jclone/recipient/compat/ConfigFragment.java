package org.jclone.recipient.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what a server needs to run on a clone, and writes it as an option file. */
final class ConfigFragment {

    /** How a file of ours begins, by which a later run knows that it may replace it. */
    static final String FIRST_LINE = "# Written by jclone: settings for the server that runs on a clone.";

    /** What a donor may say that goes into a server's option file. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_.:;+-]{1,500}");

    private final String origin;
    private final StringBuilder must = new StringBuilder();
    private final StringBuilder advised = new StringBuilder();
    private final StringBuilder ours = new StringBuilder();
    private final StringBuilder replica = new StringBuilder();
    private final StringBuilder notes = new StringBuilder();
    private final List<String> settings = new ArrayList<>();

    /** @param origin what was cloned, for a reader */
    ConfigFragment(String origin) {
        this.origin = origin;
    }

    /** A setting of our own making without which the server does not start, or does not find its data. */
    void must(String name, String value) {
        String line = setting(name, value);
        settings.add(line.strip());
        must.append(line);
    }

    /** A setting of the donor without which the server does not start, or does not find its data. */
    void mustAsOnDonor(String name, String value) {
        if (HARMLESS.matcher(value).matches()) {
            must(name, value);
        } else {
            note("The donor's " + name + " is not what it can be: " + OptionFile.comment(value));
        }
    }

    /** A setting of the donor that the server had better have as well. */
    void advisedAsOnDonor(String name, String value) {
        if (HARMLESS.matcher(value).matches()) {
            advised.append(name).append('=').append(value).append('\n');
        } else {
            note("The donor's " + name + " is not what it can be: " + OptionFile.comment(value));
        }
    }

    /** A setting of our own making without which something is missing on the server, and why. */
    void advised(String name, String value, String why) {
        ours.append('\n').append(commented(why)).append(setting(name, value));
    }

    /** A setting for a server on the clone of a replica, and why. */
    void replica(String name, String value, String why) {
        replica.append(commented(why)).append(setting(name, value));
    }

    /** The same for a setting whose value only people know. */
    void replicaExample(String name, String why) {
        replica.append(commented(why)).append('#').append(name).append("=\n");
    }

    private static String setting(String name, String value) {
        return name + '=' + OptionFile.value(value) + '\n';
    }

    private static String commented(String text) {
        return "# " + OptionFile.comment(text) + '\n';
    }

    /** Something to know. */
    void note(String text) {
        notes.append(commented(text));
    }

    /** The settings that are a must, {@code name=value} each. */
    List<String> settings() {
        return List.copyOf(settings);
    }

    String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE)
                .append("\n# ")
                .append(OptionFile.comment(origin))
                .append("\n# Use it with --defaults-extra-file, or with !include in the server's my.cnf.\n\n[mysqld]\n")
                .append("# With others the server does not start, or does not find its data.\n")
                .append(must);
        if (!advised.isEmpty()) {
            text.append("\n# As on the donor; the server starts with others, and then behaves differently.\n")
                    .append(advised);
        }
        text.append(ours);
        if (!replica.isEmpty()) {
            text.append("\n# For the clone of a replica, so that it replicates when it is told to and not before.\n")
                    .append(replica);
        }
        if (!notes.isEmpty()) {
            text.append('\n').append(notes);
        }
        return text.toString();
    }
}
