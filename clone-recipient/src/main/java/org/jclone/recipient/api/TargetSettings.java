package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the clone goes, and what is made of it there.
 *
 * @param directory the target data directory: absolute, normalised; only a request that checks a donor may have none
 * @param finalDirectory where the data directory will be when everything is over
 * @param replacement what becomes of what is in the directory already; by default there must be nothing
 * @param pathMappings donor's directory to local directory, for tablespaces outside the donor's data directory; the local
 *     one is absolute, the donor's is absolute or, as in the tablespace's name, begins with {@code ../}
 * @param directIo whether to bypass the page cache where the file system allows it; by default it is
 * @param verify what to do about damaged pages; strict by default
 * @param encryption what becomes of the keys of an encrypted donor; by default such a donor is refused
 * @param server what is known of the server that is to run on the clone; nothing by default
 */
public record TargetSettings(
        Optional<Path> directory,
        Optional<Path> finalDirectory,
        Replacement replacement,
        Map<String, Path> pathMappings,
        boolean directIo,
        VerifyMode verify,
        EncryptionSettings encryption,
        TargetServer server) {

    public TargetSettings {
        directory = directory.map(path -> path.toAbsolutePath().normalize());
        directory.ifPresent(path -> require(path.getNameCount() > 0, "directory is the root of the file system"));
        finalDirectory = finalDirectory.isPresent() ? finalDirectory : directory;
        pathMappings = Map.copyOf(pathMappings);
        pathMappings.forEach((from, to) -> {
            require(
                    from.startsWith("/") || from.matches("(\\./+)*\\.\\.(/.*)?"),
                    "path mapping: " + from
                            + " (expected: an absolute path of the donor, or one that begins with ../)");
            require(to.isAbsolute(), "path mapping: " + to + " (expected: an absolute local path)");
        });
        require(
                !replacement.isSwap() || verify != VerifyMode.OFF,
                "a clone that is not verified does not replace older data");
        Objects.requireNonNull(encryption, "encryption");
        Objects.requireNonNull(server, "server");
    }

    /**
     * The same for another directory, whose own contents are no longer anybody's business, and which moves here later.
     */
    TargetSettings into(Path otherDirectory) {
        return new TargetSettings(
                Optional.of(otherDirectory),
                directory,
                Replacement.NONE,
                pathMappings,
                directIo,
                verify,
                encryption,
                server);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
