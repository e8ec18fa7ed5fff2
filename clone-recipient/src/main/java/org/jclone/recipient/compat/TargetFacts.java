package org.jclone.recipient.compat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.explain.Failure;

/**
 * The known properties of the server that will run on the clone.
 *
 * @param pluginFiles names of the files in its {@code plugin_dir}
 * @param variables names of its variables, without those of plugins
 */
record TargetFacts(
        Optional<ServerVersion> version,
        Optional<String> os,
        Optional<String> machine,
        Optional<Set<String>> pluginFiles,
        Optional<Set<String>> variables) {

    private static final int MAX_PLUGIN_FILES = 10_000;

    /** Examines the executable and the plugin directory of the request. */
    static TargetFacts of(TargetServer target) throws CloneException {
        Optional<Mysqld> mysqld = target.mysqld().isPresent()
                ? Optional.of(Mysqld.ask(target.mysqld().get()))
                : Optional.empty();
        Optional<String> versionText = mysqld.map(Mysqld::version).or(target::version);
        Optional<ServerVersion> version = versionText.flatMap(ServerVersion::ofTarget);
        if (versionText.isPresent() && version.isEmpty()) {
            throw Failure.Usage.TARGET_VERSION.exception(
                    "the target's version is \"" + versionText.get() + "\" (expected: such as 9.7.4)");
        }
        return new TargetFacts(
                version,
                mysqld.map(Mysqld::os),
                mysqld.map(Mysqld::machine),
                plugins(target, mysqld),
                mysqld.map(Mysqld::variables).filter(found -> !found.isEmpty()));
    }

    private static Optional<Set<String>> plugins(TargetServer target, Optional<Mysqld> mysqld) throws CloneException {
        if (target.pluginDirectory().isPresent()) {
            return Optional.of(names(target.pluginDirectory().get()));
        }
        Optional<Path> own = mysqld.flatMap(Mysqld::pluginDirectory).filter(Files::isDirectory);
        return own.isPresent() ? Optional.of(names(own.get())) : Optional.empty();
    }

    private static Set<String> names(Path directory) throws CloneException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
                if (names.size() > MAX_PLUGIN_FILES) {
                    throw new IOException("more than " + MAX_PLUGIN_FILES + " files");
                }
            }
            return names;
        } catch (IOException e) {
            throw Failure.Usage.PLUGIN_DIR.exception(
                    "--plugin-dir: cannot read " + directory + ": " + e.getMessage(), e);
        }
    }
}
