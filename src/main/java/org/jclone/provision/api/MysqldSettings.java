package org.jclone.provision.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server that will run on the data.
 *
 * @param program the {@code mysqld}
 * @param optionFile the option file that it reads instead of the usual ones
 * @param options further options of its command line, {@code --name=value} each
 * @param user the user that it runs as, for a run as root
 */
public record MysqldSettings(Path program, Optional<Path> optionFile, List<String> options, Optional<String> user) {

    public MysqldSettings {
        options = List.copyOf(options);
        for (String option : options) {
            if (!option.startsWith("--")) {
                throw new IllegalArgumentException("option of mysqld: " + option + " (expected: --name=value)");
            }
        }
    }
}
