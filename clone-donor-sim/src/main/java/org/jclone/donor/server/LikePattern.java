package org.jclone.donor.server;

/**
 * A pattern of LIKE: {@code %} is any text and {@code _} any character, unless there is a backslash before it. Letters
 * are equal in either case. Takes the time of pattern times text at most, whatever the pattern is.
 */
final class LikePattern {

    private static final char ANY_TEXT = 0;
    private static final char ANY_CHARACTER = 1;

    private final String pattern;

    /** A pattern in which wildcards are two characters that no text of ours has. */
    private LikePattern(String pattern) {
        this.pattern = pattern;
    }

    static LikePattern of(String text) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\\' && i + 1 < text.length()) {
                pattern.append(fold(text.charAt(++i)));
            } else {
                pattern.append(
                        switch (character) {
                            case '%' -> ANY_TEXT;
                            case '_' -> ANY_CHARACTER;
                            default -> fold(character);
                        });
            }
        }
        return new LikePattern(pattern.toString());
    }

    private static char fold(char character) {
        return Character.toLowerCase(Character.toUpperCase(character));
    }

    /** After a mismatch only the last {@code %} takes one character more: the ones before it have what they need. */
    boolean matches(String text) {
        int at = 0;
        int in = 0;
        int anyText = -1;
        int restart = 0;
        while (in < text.length()) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : '\uffff';
            if (wanted == ANY_TEXT) {
                anyText = at++;
                restart = in;
            } else if (at < pattern.length() && (wanted == ANY_CHARACTER || wanted == fold(text.charAt(in)))) {
                at++;
                in++;
            } else if (anyText >= 0) {
                at = anyText + 1;
                in = ++restart;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == ANY_TEXT) {
            at++;
        }
        return at == pattern.length();
    }
}
