package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.CloneRequest;

/**
 * Files that a run writes besides the clone. They must differ from each other and lie outside the new data directory.
 */
final class OutputFiles {

    private OutputFiles() {}

    static void requireApart(CloneRequest request, Optional<Path> logFile, Optional<Path> pidFile)
            throws UsageException {
        Map<Path, String> options = new LinkedHashMap<>();
        request.target().encryption().keyringFile().ifPresent(file -> options.put(real(file), "--keyring-file"));
        request.target().server().configFile().ifPresent(file -> options.put(real(file), "--config-file"));
        request.target()
                .server()
                .persistedVariables()
                .ifPresent(file -> options.put(real(file), "--persisted-variables"));
        add("--log-file", logFile, request, options);
        add("--pid-file", pidFile, request, options);
    }

    private static void add(String option, Optional<Path> given, CloneRequest request, Map<Path, String> options)
            throws UsageException {
        if (given.isEmpty()) {
            return;
        }
        Path file = real(given.get());
        if (file.startsWith(request.directory())) {
            throw new UsageException(option + ": " + file + " is in the new data directory");
        }
        String other = options.putIfAbsent(file, option);
        if (other != null) {
            throw new UsageException(option + ": " + file + " is also the file of " + other);
        }
    }

    private static Path real(Path given) {
        Path file = given.toAbsolutePath().normalize();
        if (file.getParent() == null) {
            return file;
        }
        try {
            return file.getParent().toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            return file;
        }
    }
}
