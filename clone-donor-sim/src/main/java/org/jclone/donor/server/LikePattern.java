package org.jclone.donor.server;

/**
 * A LIKE pattern: {@code %} matches any text and {@code _} any character, unless escaped by a backslash. Matching is
 * case-insensitive. Takes at most time proportional to pattern length times text length.
 */
final class LikePattern {

    private static final char ANY_TEXT = 0;
    private static final char ANY_CHARACTER = 1;

    private final String pattern;

    /** Replaces the wildcards by two characters that no text contains. */
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

    /** Matches greedily. After a mismatch, only the last {@code %} extends by one character. */
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
