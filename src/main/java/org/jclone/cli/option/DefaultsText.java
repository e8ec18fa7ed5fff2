package org.jclone.cli.option;

import java.util.ArrayList;
import java.util.List;
import org.jclone.cli.defaults.DefaultsEntry;
import org.jclone.protocol.text.Printable;

/**
 * The output of {@code --print-defaults}, as in MySQL's clients: one line, options from files first, then those
 * typed.
 */
final class DefaultsText {

    /** Hides the password. MySQL hides only this value, and only in files. */
    private static final String HIDDEN = "*****";

    private static final String SHORT_PASSWORD = "-p";

    private DefaultsText() {}

    static String of(List<DefaultsEntry> entries, List<String> typed) {
        List<String> arguments = new ArrayList<>();
        for (DefaultsEntry entry : entries) {
            arguments.add("--" + entry.name()
                    + entry.value()
                            .map(value -> '=' + shown(entry.name(), value))
                            .orElse(""));
        }
        for (String text : typed) {
            int equals = text.indexOf('=');
            if (text.startsWith(SHORT_PASSWORD) && text.length() > SHORT_PASSWORD.length()) {
                arguments.add(SHORT_PASSWORD + HIDDEN);
            } else if (text.startsWith("--") && equals > 0) {
                arguments.add(
                        text.substring(0, equals + 1) + shown(text.substring(0, equals), text.substring(equals + 1)));
            } else {
                arguments.add(text);
            }
        }
        return Printable.of(String.join(" ", arguments));
    }

    /** Includes password1 to password3 of MySQL's clients. A file name and a descriptor are not secret. */
    private static String shown(String name, String value) {
        boolean secret = name.contains("password") && !name.endsWith("file") && !name.endsWith("fd");
        return secret ? HIDDEN : value;
    }
}
