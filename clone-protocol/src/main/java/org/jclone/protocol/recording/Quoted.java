package org.jclone.protocol.recording;

/** Text of a peer for a terminal: in quotes, and with nothing in it that a terminal obeys. */
final class Quoted {

    private static final int MAX_LENGTH = 1000;

    private Quoted() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints().limit(MAX_LENGTH).forEach(codePoint -> {
            if (codePoint == '\'' || codePoint == '\\') {
                out.append('\\').appendCodePoint(codePoint);
            } else if (isPrintable(codePoint)) {
                out.appendCodePoint(codePoint);
            } else {
                out.append(String.format("\\u%04x", codePoint));
            }
        });
        return out.append(text.length() > MAX_LENGTH ? "'..." : "'").toString();
    }

    private static boolean isPrintable(int codePoint) {
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
}
