package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.compat.SettingsFile;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * The option file that jclone owns: the settings of the clone, which the engine writes, and after them those of the
 * replica. A later setting wins over an earlier one.
 */
final class ConfigFile {

    private static final String OURS = "# Written by jclone provision: this server is a replica.";

    private final Path file;

    ConfigFile(Path file) {
        this.file = file;
    }

    /** Creates the file, so that an option file can include it before there are settings. */
    void createIfMissing() throws StorageException {
        if (!Files.exists(file)) {
            Durable.replaceFile(file, SettingsFile.FIRST_LINE + "\n[mysqld]\n");
        }
    }

    /** Replaces the settings of the replica, and keeps those of the clone. */
    void write(Map<String, String> settings) throws CloneException {
        List<String> lines = new ArrayList<>();
        for (String line : read()) {
            if (line.equals(OURS)) {
                break;
            }
            lines.add(line);
        }
        lines.add(OURS);
        settings.forEach((name, value) -> lines.add(name + "=" + SettingsFile.value(value)));
        Durable.replaceFile(file, String.join("\n", lines) + "\n");
    }

    /** Returns all settings except the data directory, as options of a command line. */
    List<String> asOptions() throws CloneException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : read()) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                settings.put(line.substring(0, equals), SettingsFile.unquoted(line.substring(equals + 1)));
            }
        }
        settings.remove("datadir");
        List<String> options = new ArrayList<>();
        settings.forEach((name, value) -> options.add("--" + name + "=" + value));
        return options;
    }

    private List<String> read() throws StorageException {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw StorageErrors.of("read", file, -1, e);
        }
    }
}
