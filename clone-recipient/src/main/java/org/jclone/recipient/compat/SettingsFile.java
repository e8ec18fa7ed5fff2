package org.jclone.recipient.compat;

/** The format of the option file that jclone owns, for those who add settings to it. */
public final class SettingsFile {

    /** The first line. A run replaces only files that begin with it. */
    public static final String FIRST_LINE = ConfigFragment.FIRST_LINE;

    private SettingsFile() {}

    /** Returns a value, quoted if necessary. */
    public static String value(String text) {
        return OptionFile.value(text);
    }

    /** Returns the text of a value that {@link #value} wrote. */
    public static String unquoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' && value.charAt(0) != '\'') {
            return value;
        }
        StringBuilder text = new StringBuilder();
        boolean escaped = false;
        for (char c : value.substring(1, value.length() - 1).toCharArray()) {
            if (!escaped && c == '\\') {
                escaped = true;
                continue;
            }
            text.append(
                    escaped
                            ? switch (c) {
                                case 'n' -> '\n';
                                case 'r' -> '\r';
                                case 't' -> '\t';
                                case 'b' -> '\b';
                                default -> c;
                            }
                            : c);
            escaped = false;
        }
        if (escaped) {
            text.append('\\');
        }
        return text.toString();
    }
}
