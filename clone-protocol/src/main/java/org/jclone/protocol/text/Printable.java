package org.jclone.protocol.text;

/**
 * Makes untrusted text safe to print: control characters in a name, a version or an error message could move the
 * cursor or forge log lines. Only this class decides which characters are unsafe.
 */
public final class Printable {

    private Printable() {}

    /** Returns the text on one line, with each unsafe character as {@code \}{@code uXXXX}. */
    public static String of(String text) {
        return clean(text, false);
    }

    /** Does the same, but keeps line ends and tabs. Use it for our own multi-line text. */
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
     * Returns whether a terminal displays a character and does nothing else. Control characters, line separators,
     * marks that change the writing direction or are invisible, and unpaired surrogates are unsafe.
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
