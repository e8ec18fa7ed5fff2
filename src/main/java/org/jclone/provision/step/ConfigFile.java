package org.jclone.provision.step;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.compat.SettingsFile;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * The option file that jclone owns: the settings of the clone, which the engine writes, and after them those of the
 * replica. A later setting wins over an earlier one. The old server may read the file, so it stays as it is until that
 * server is stopped and its data is moved away, and can be restored:
 *
 * <pre>
 *              PREPARE        CLONE          EXCHANGE        CONFIGURE      end of the run
 * FILE         made if missing               of the clone    and replica
 * .jclone-new                 of the clone   moved to FILE
 * .jclone-old                                copy of FILE                   removed
 * </pre>
 *
 * <p>{@link KeptFile} makes sure that a killed process leaves what can be restored.
 */
public final class ConfigFile {

    private static final String OURS = "# Written by jclone provision: this server is a replica.";
    private static final String TRIAL = "loose_jclone_provision_has_begun=ON";
    private static final String TRIAL_COMMENT =
            "# A run of jclone provision has begun. The next line has no effect, but shows that the server reads this file.";

    /** It contains no secrets, and the server may run as another user. */
    private static final String MODE = "rw-r--r--";

    private final Path file;
    private final KeptFile before;

    public ConfigFile(Path file, ProvisionRecord record) {
        this.file = file;
        this.before = new KeptFile(file, sibling(".jclone-old"), record, Fact.CONFIG_BEFORE);
    }

    /** Returns where the engine writes the settings of the clone, while the old server may still read the file. */
    Path staged() {
        return sibling(".jclone-new");
    }

    private Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** Fails if the file is not one of jclone's, which it must not overwrite. */
    void requireOurs() throws CloneException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isOurs()) {
            throw Failure.Usage.OUTPUT_FILE.exception(
                    "--config-file: " + file + " exists and was not written by jclone");
        }
    }

    private boolean isOurs() throws StorageException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return SettingsFile.FIRST_LINE.equals(lines.readLine());
        } catch (IOException e) {
            throw StorageErrors.of("read", file, -1, e);
        }
    }

    /** Makes sure that the file has a setting, which an option file that includes it then has, too. */
    void prepare() throws CloneException {
        requireOurs();
        if (!settings().isEmpty()) {
            return;
        }
        before.keep();
        replace(String.join("\n", SettingsFile.FIRST_LINE, "[mysqld]", TRIAL_COMMENT, TRIAL) + "\n");
    }

    /** Moves the settings of the clone to their place; does nothing if they are there. */
    void exchange() throws CloneException {
        before.keep();
        if (Files.exists(staged())) {
            allowReading(staged());
            Durable.rename(staged(), file);
            Durable.flushDirectory(file.getParent());
        }
    }

    /** Replaces the settings of the replica, and keeps those of the clone. */
    void write(Map<String, String> settings) throws CloneException {
        before.keep();
        List<String> lines = new ArrayList<>();
        for (String line : read()) {
            if (line.equals(OURS)) {
                break;
            }
            if (!line.equals(TRIAL) && !line.equals(TRIAL_COMMENT)) {
                lines.add(line);
            }
        }
        lines.add(OURS);
        settings.forEach((name, value) -> lines.add(name + "=" + SettingsFile.value(value)));
        replace(String.join("\n", lines) + "\n");
    }

    private void replace(String content) throws StorageException {
        Durable.replaceFile(file, content);
        allowReading(file);
    }

    private static void allowReading(Path path) throws StorageException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
        } catch (IOException e) {
            throw StorageErrors.of("change the mode of", path, -1, e);
        }
    }

    /** Puts the file back as it was before the run; leaves it alone if the run did not change it. Can be repeated. */
    public void restore() throws CloneException {
        Durable.delete(staged());
        if (before.wasMissing() && !isOurs()) {
            return; // somebody else's, or removed already
        }
        before.restore();
    }

    /** Removes the copy that only {@link #restore} needs. */
    public void forget() throws StorageException {
        before.forget();
    }

    /** One line of the file. */
    private record Setting(String name, String value) {

        String asOption() {
            return "--" + name + "=" + value;
        }
    }

    /** Returns all settings as options of a command line, in their order; none if there is no file. */
    List<String> arguments() throws CloneException {
        return settings().stream().map(Setting::asOption).toList();
    }

    /** Returns all settings except the data directory, as options of a command line. */
    List<String> asOptions() throws CloneException {
        Map<String, Setting> last = new LinkedHashMap<>();
        settings().forEach(setting -> last.put(setting.name(), setting));
        last.remove("datadir");
        return last.values().stream().map(Setting::asOption).toList();
    }

    private List<Setting> settings() throws CloneException {
        List<Setting> settings = new ArrayList<>();
        for (String line : Files.exists(file) ? read() : List.<String>of()) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                settings.add(new Setting(line.substring(0, equals), SettingsFile.unquoted(line.substring(equals + 1))));
            }
        }
        return settings;
    }

    private List<String> read() throws StorageException {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw StorageErrors.of("read", file, -1, e);
        }
    }
}
