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
    private final StringBuilder notes = new StringBuilder();
    private final List<String> settings = new ArrayList<>();

    /** @param origin what was cloned, for a reader */
    ConfigFragment(String origin) {
        this.origin = origin;
    }

    /** A setting of our own making without which the server does not start, or does not find its data. */
    void must(String name, String value) {
        String line = name + '=' + OptionFile.value(value);
        settings.add(line);
        must.append(line).append('\n');
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

    /** Something to know. */
    void note(String text) {
        notes.append("# ").append(OptionFile.comment(text)).append('\n');
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
        if (!notes.isEmpty()) {
            text.append('\n').append(notes);
        }
        return text.toString();
    }
}
