package org.jclone.recipient.compat;

import java.util.regex.Pattern;
import org.jclone.protocol.text.Printable;

/**
 * Values of MySQL's option files, as the server reads them back: quotes around what is not plain, and escapes with a
 * backslash. A donor's text can so never become a line of its own.
 */
final class OptionFile {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:;,+@%-]*");

    private OptionFile() {}

    /** A value, quoted if it must be. */
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

    /** Text for a comment: one line, whatever it holds. */
    static String comment(String text) {
        return Printable.of(text);
    }
}
