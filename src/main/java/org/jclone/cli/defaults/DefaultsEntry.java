package org.jclone.cli.defaults;

import java.util.Optional;

/**
 * One option of an option file.
 *
 * @param group as it is written in the file, without brackets
 * @param name as it is written, dashes and underscores alike
 * @param value empty where there is no equals sign
 * @param origin file and line, for messages
 */
public record DefaultsEntry(String group, String name, Optional<String> value, String origin) {

    /** Without the value, which may be a password. */
    @Override
    public String toString() {
        return "[" + group + "] " + name + " (" + origin + ')';
    }
}
