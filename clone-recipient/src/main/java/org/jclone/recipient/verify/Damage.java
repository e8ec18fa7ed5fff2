package org.jclone.recipient.verify;

import java.nio.file.Path;

/**
 * A deviation from the expected content.
 *
 * @param file the damaged file
 * @param page number in its tablespace, or -1
 * @param offset in the file, or -1
 * @param what was found, and what was expected
 */
public record Damage(Path file, long page, long offset, String what) {

    /** Formats the damage for display: {@code /data/t/a.ibd page 7 (offset 114688): checksum ...}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file.toString());
        if (page >= 0) {
            text.append(" page ").append(page);
        }
        if (offset >= 0) {
            text.append(page >= 0 ? " (offset " + offset + ')' : " at offset " + offset);
        }
        return text.append(": ").append(what).toString();
    }
}
