package org.jclone.cli.defaults;

import java.util.Optional;

/**
 * An option as written on a line of an option file: {@code name} or {@code name = value}.
 *
 * <p>A comment begins at a # outside quotes. Blanks around name and value are removed, and so are quotes around the
 * whole value. In the value, \b \t \n \r \s \" \' \\ mean backspace, tab, newline, carriage return, blank, the quotes
 * and the backslash; a backslash before any other character is literal.
 *
 * <p>Source: MySQL's manual, "Using Option Files"; where the manual is silent, the behavior of {@code
 * my_print_defaults} of 9.7.
 */
record OptionLine(String name, Optional<String> value) {

    static OptionLine parse(String line) {
        String text = withoutComment(line);
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new OptionLine(text.strip(), Optional.empty());
        }
        String value = withoutQuotes(text.substring(equals + 1).strip());
        return new OptionLine(text.substring(0, equals).strip(), Optional.of(unescape(value)));
    }

    /** A quote may begin anywhere; a backslash is special only within quotes. */
    private static String withoutComment(String line) {
        char quote = 0;
        boolean escaped = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if ((c == '\'' || c == '"') && !escaped) {
                if (quote == 0) {
                    quote = c;
                } else if (quote == c) {
                    quote = 0;
                }
            } else if (c == '#' && quote == 0) {
                return line.substring(0, i);
            }
            escaped = quote != 0 && c == '\\' && !escaped;
        }
        return line;
    }

    private static String withoutQuotes(String value) {
        int last = value.length() - 1;
        boolean quoted = last > 0
                && (value.charAt(0) == '\'' || value.charAt(0) == '"')
                && value.charAt(0) == value.charAt(last);
        return quoted ? value.substring(1, last) : value;
    }

    private static String unescape(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        int i = 0;
        while (i < value.length()) {
            char c = value.charAt(i++);
            if (c != '\\' || i == value.length()) {
                text.append(c);
                continue;
            }
            char next = value.charAt(i++);
            switch (next) {
                case 'b' -> text.append('\b');
                case 't' -> text.append('\t');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 's' -> text.append(' ');
                case '"', '\'', '\\' -> text.append(next);
                default -> text.append('\\').append(next);
            }
        }
        return text.toString();
    }
}
