package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the clone goes, and how it is stored there.
 *
 * @param directory the target data directory; absolute and normalised in a request; only a request that checks a donor may have none
 * @param innodb directories of InnoDB's files other than the data directory; by default there are none
 * @param replacement what to do with existing data in the directory; by default the directory must be empty
 * @param pathMappings donor's directory to local directory, for tablespaces outside the donor's data directory; the local
 *     one is absolute, the donor's is absolute or, as in the tablespace's name, begins with {@code ../}
 * @param directIo whether to bypass the page cache where the file system allows it; by default it is
 * @param verify what to do about damaged pages; strict by default
 * @param encryption how to store the keys of an encrypted donor; by default such a donor is refused
 * @param server what is known of the server that is to run on the clone; nothing by default
 * @param moveTo where the directories will be in the end, if they are replaced later; set by {@link CloneRequest#below} only
 */
public record TargetSettings(
        Optional<Path> directory,
        InnodbDirectories innodb,
        Replacement replacement,
        Map<String, Path> pathMappings,
        boolean directIo,
        VerifyMode verify,
        EncryptionSettings encryption,
        TargetServer server,
        Optional<Destination> moveTo) {

    /**
     * The directories that a server will use.
     *
     * @param directory the data directory
     * @param innodb the others
     */
    public record Destination(Path directory, InnodbDirectories innodb) {}

    /** Without a directory. */
    public static final TargetSettings DEFAULT = new TargetSettings(
            Optional.empty(),
            InnodbDirectories.NONE,
            Replacement.NONE,
            Map.of(),
            true,
            VerifyMode.STRICT,
            EncryptionSettings.NONE,
            TargetServer.UNKNOWN,
            Optional.empty());

    public TargetSettings {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(innodb, "innodb");
        Objects.requireNonNull(replacement, "replacement");
        pathMappings = Map.copyOf(pathMappings);
        Objects.requireNonNull(verify, "verify");
        Objects.requireNonNull(encryption, "encryption");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(moveTo, "moveTo");
    }

    /**
     * {@return the defaults for a directory}
     *
     * @param directory the data directory
     */
    public static TargetSettings of(Path directory) {
        return DEFAULT.withDirectory(directory);
    }

    /**
     * Returns the same settings with absolute directories.
     *
     * @throws IllegalArgumentException if a directory is unsuitable, or settings contradict each other
     */
    TargetSettings complete() {
        Optional<Path> absolute = directory.map(path -> path.toAbsolutePath().normalize());
        absolute.ifPresent(path -> require(path.getNameCount() > 0, "directory is the root of the file system"));
        InnodbDirectories others = absolute.map(innodb::besides).orElse(innodb);
        absolute.ifPresent(others::requireApart);
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
        return new TargetSettings(
                absolute, others, replacement, pathMappings, directIo, verify, encryption, server, moveTo);
    }

    /**
     * Returns the same settings for a folder of that name in each directory. Other content of the directories is ignored, and the folders are moved up later.
     */
    TargetSettings below(String folder) {
        Path root = directory.orElseThrow();
        Path otherRoot = root.resolve(folder);
        return new TargetSettings(
                Optional.of(otherRoot),
                innodb.map(path ->
                        path.startsWith(root) ? otherRoot.resolve(root.relativize(path)) : path.resolve(folder)),
                Replacement.NONE,
                pathMappings,
                directIo,
                verify,
                encryption,
                server,
                Optional.of(destination()));
    }

    /** {@return where the directories will be in the end} */
    public Destination destination() {
        return moveTo.orElseGet(() -> new Destination(directory.orElseThrow(), innodb));
    }

    /**
     * {@return where a file will be in the end}
     *
     * @param file where it is now
     */
    public Path finalPlace(Path file) {
        Path root = directory.orElseThrow();
        Map<String, Path> now = innodb.byOption();
        Map<String, Path> later = destination().innodb().byOption();
        for (Map.Entry<String, Path> each : now.entrySet()) {
            if (file.startsWith(each.getValue())) {
                return later.get(each.getKey()).resolve(each.getValue().relativize(file));
            }
        }
        return file.startsWith(root) ? destination().directory().resolve(root.relativize(file)) : file;
    }

    /**
     * {@return the same settings with another {@code directory}}
     *
     * @param value the new one
     */
    public TargetSettings withDirectory(Path value) {
        return RecordCopy.with(this, "directory", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code innodb}}
     *
     * @param value the new one
     */
    public TargetSettings withInnodb(InnodbDirectories value) {
        return RecordCopy.with(this, "innodb", value);
    }

    /**
     * {@return the same settings with another {@code replacement}}
     *
     * @param value the new one
     */
    public TargetSettings withReplacement(Replacement value) {
        return RecordCopy.with(this, "replacement", value);
    }

    /**
     * Puts tablespaces of the donor that are below {@code donorDirectory} below {@code localDirectory}.
     *
     * @param donorDirectory a directory of the donor
     * @param localDirectory a directory here
     * @return the same settings with this mapping, too
     */
    public TargetSettings withPathMapping(String donorDirectory, Path localDirectory) {
        Map<String, Path> mappings = new LinkedHashMap<>(pathMappings);
        mappings.put(donorDirectory, localDirectory);
        return RecordCopy.with(this, "pathMappings", mappings);
    }

    /**
     * {@return the same settings with another {@code directIo}}
     *
     * @param value the new one
     */
    public TargetSettings withDirectIo(boolean value) {
        return RecordCopy.with(this, "directIo", value);
    }

    /**
     * {@return the same settings with another {@code verify}}
     *
     * @param value the new one
     */
    public TargetSettings withVerify(VerifyMode value) {
        return RecordCopy.with(this, "verify", value);
    }

    /**
     * {@return the same settings with another {@code encryption}}
     *
     * @param value the new one
     */
    public TargetSettings withEncryption(EncryptionSettings value) {
        return RecordCopy.with(this, "encryption", value);
    }

    /**
     * {@return the same settings with another {@code server}}
     *
     * @param value the new one
     */
    public TargetSettings withServer(TargetServer value) {
        return RecordCopy.with(this, "server", value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
