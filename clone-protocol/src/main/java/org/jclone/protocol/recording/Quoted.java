package org.jclone.protocol.recording;

import org.jclone.protocol.text.Printable;

/** Formats text of a peer for a terminal: in quotes, shortened if it is long, and {@link Printable}. */
final class Quoted {

    private static final int MAX_LENGTH = 1000;

    private Quoted() {}

    static String of(String text) {
        boolean whole = text.codePointCount(0, text.length()) <= MAX_LENGTH;
        String shown = whole ? text : text.substring(0, text.offsetByCodePoints(0, MAX_LENGTH));
        String escaped = shown.replace("\\", "\\\\").replace("'", "\\'");
        return '\'' + Printable.of(escaped) + (whole ? "'" : "'...");
    }
}
