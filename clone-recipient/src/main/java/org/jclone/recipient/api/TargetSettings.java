package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the clone goes, and how it is stored there.
 *
 * @param directory the target data directory: absolute, normalised; only a request that checks a donor may have none
 * @param finalDirectory where the data directory will be in the end
 * @param innodb directories of InnoDB's files other than the data directory; by default there are none
 * @param finalInnodb where those directories will be in the end
 * @param replacement what to do with existing data in the directory; by default the directory must be empty
 * @param pathMappings donor's directory to local directory, for tablespaces outside the donor's data directory; the local
 *     one is absolute, the donor's is absolute or, as in the tablespace's name, begins with {@code ../}
 * @param directIo whether to bypass the page cache where the file system allows it; by default it is
 * @param verify what to do about damaged pages; strict by default
 * @param encryption how to store the keys of an encrypted donor; by default such a donor is refused
 * @param server what is known of the server that is to run on the clone; nothing by default
 */
public record TargetSettings(
        Optional<Path> directory,
        Optional<Path> finalDirectory,
        InnodbDirectories innodb,
        Optional<InnodbDirectories> finalInnodb,
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
        if (directory.isPresent()) {
            innodb = innodb.besides(directory.get());
            innodb.requireApart(directory.get());
        }
        finalInnodb = finalInnodb.isPresent() ? finalInnodb : Optional.of(innodb);
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
     * Returns the same settings for a folder of that name in each directory. Other content of the directories is ignored, and the folders are moved up later.
     */
    TargetSettings below(String folder) {
        Path root = directory.orElseThrow();
        Path otherRoot = root.resolve(folder);
        return new TargetSettings(
                Optional.of(otherRoot),
                directory,
                innodb.map(path ->
                        path.startsWith(root) ? otherRoot.resolve(root.relativize(path)) : path.resolve(folder)),
                Optional.of(innodb),
                Replacement.NONE,
                pathMappings,
                directIo,
                verify,
                encryption,
                server);
    }

    /** Returns where a file will be in the end. */
    public Path finalPlace(Path file) {
        Path root = directory.orElseThrow();
        Map<String, Path> now = innodb.byOption();
        Map<String, Path> later = finalInnodb.orElseThrow().byOption();
        for (Map.Entry<String, Path> each : now.entrySet()) {
            if (file.startsWith(each.getValue())) {
                return later.get(each.getKey()).resolve(each.getValue().relativize(file));
            }
        }
        return file.startsWith(root) ? finalDirectory.orElseThrow().resolve(root.relativize(file)) : file;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
