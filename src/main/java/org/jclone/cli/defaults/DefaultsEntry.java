package org.jclone.cli.defaults;

import java.util.Optional;

/**
 * One option of an option file.
 *
 * @param group as written in the file, without brackets
 * @param name as written; dashes and underscores are not unified
 * @param value empty if there is no equals sign
 * @param origin file and line, for messages
 */
public record DefaultsEntry(String group, String name, Optional<String> value, String origin) {

    /** Omits the value, which may be a password. */
    @Override
    public String toString() {
        return "[" + group + "] " + name + " (" + origin + ')';
    }
}
