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
        for (int i = 1; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            if (c != '\\' || i + 1 == value.length() - 1) {
                text.append(c);
                continue;
            }
            i++;
            switch (value.charAt(i)) {
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'b' -> text.append('\b');
                default -> text.append(value.charAt(i));
            }
        }
        return text.toString();
    }
}
