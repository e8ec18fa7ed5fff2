package org.jclone.protocol.text;

/** Quotes text for SQL statements that are sent to a server or shown to an operator. */
public final class SqlText {

    private SqlText() {}

    /** Returns a string literal for a session without {@code NO_BACKSLASH_ESCAPES}, on one line. */
    public static String literal(String value) {
        StringBuilder literal = new StringBuilder("'");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\'' -> literal.append("''");
                case '\\' -> literal.append("\\\\");
                case '\0' -> literal.append("\\0");
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\u001a' -> literal.append("\\Z");
                default -> literal.append(c);
            }
        }
        return literal.append('\'').toString();
    }

    /** Returns a name in backticks. */
    public static String name(String name) {
        return '`' + name.replace("`", "``") + '`';
    }
}
