package org.jclone.cli.output;

/**
 * Text that may come from the donor, made safe to print: a name or an error text with control characters could
 * otherwise move the cursor, forge lines of a log, or worse.
 */
public final class Printable {

    private Printable() {}

    /** The text with every control character as {@code \}{@code uXXXX}. */
    public static String of(String text) {
        return clean(text, false);
    }

    /** Like {@link #of}, but line ends and tabs stay. */
    public static String lines(String text) {
        return clean(text, true);
    }

    private static String clean(String text, boolean keepLines) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean safe = !isUnsafe(c) || keepLines && (c == '\n' || c == '\t');
            if (!safe && clean == null) {
                clean = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (clean != null) {
                if (safe) {
                    clean.append(c);
                } else {
                    appendEscape(clean, c);
                }
            }
        }
        return clean == null ? text : clean.toString();
    }

    /** Control characters, line separators, and marks that turn the direction of writing. */
    private static boolean isUnsafe(char c) {
        return c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
    }

    static void appendEscape(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
