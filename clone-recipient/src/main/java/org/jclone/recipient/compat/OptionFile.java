package org.jclone.recipient.compat;

import java.util.regex.Pattern;
import org.jclone.protocol.text.Printable;

/**
 * Formats values for MySQL's option files: quotes values that are not plain and escapes with a backslash, so that a donor's text can never add a line.
 */
final class OptionFile {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:;,+@%-]*");

    private OptionFile() {}

    /** Returns a value, quoted if necessary. */
    static String value(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        char quote = text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                default -> quoted.append(c < ' ' || c == 0x7f ? '?' : c);
            }
        }
        return quoted.append(quote).toString();
    }

    /** Returns text for a comment, reduced to one line. */
    static String comment(String text) {
        return Printable.of(text);
    }
}
