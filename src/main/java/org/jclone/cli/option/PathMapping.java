package org.jclone.cli.option;

import java.nio.file.Path;

/** {@code FROM=TO}: tablespaces that the donor keeps below FROM go below TO here. */
public record PathMapping(String from, Path to) {

    /** @throws IllegalArgumentException if there is no equals sign, or nothing on one side of it */
    public static PathMapping parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0 || equals == text.length() - 1) {
            throw new IllegalArgumentException(text + " (expected: FROM=TO, two directories)");
        }
        return new PathMapping(text.substring(0, equals), Path.of(text.substring(equals + 1)));
    }

    @Override
    public String toString() {
        return from + '=' + to;
    }
}
