package org.jclone.protocol.text;

/**
 * Makes text from outside safe to print: a name, a version or an error text with control characters could move the
 * cursor, forge lines of a log, or worse. This is the only place that decides which characters those are.
 */
public final class Printable {

    private Printable() {}

    /** Returns the text on one line, with every character that is unsafe as {@code \}{@code uXXXX}. */
    public static String of(String text) {
        return clean(text, false);
    }

    /** Does the same, but keeps line ends and tabs. For text of our own that has several lines. */
    public static String lines(String text) {
        return clean(text, true);
    }

    private static String clean(String text, boolean keepLines) {
        StringBuilder clean = null;
        int length;
        for (int i = 0; i < text.length(); i += length) {
            int c = text.codePointAt(i);
            length = Character.charCount(c);
            boolean safe = isSafe(c) || keepLines && (c == '\n' || c == '\t');
            if (!safe && clean == null) {
                clean = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (clean != null) {
                append(clean, text, i, i + length, safe);
            }
        }
        return clean == null ? text : clean.toString();
    }

    private static void append(StringBuilder out, String text, int from, int to, boolean safe) {
        if (safe) {
            out.append(text, from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            appendEscape(out, text.charAt(i));
        }
    }

    /**
     * Tells whether a terminal shows a character and does nothing else: control characters, separators of lines, marks
     * that turn the direction of writing or show nothing, and half characters are not safe.
     */
    public static boolean isSafe(int codePoint) {
        if (codePoint >= ' ' && codePoint < 0x7f) {
            return true;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** Appends a character as {@code \}{@code uXXXX}. */
    public static void appendEscape(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
