package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Directories for InnoDB's files outside the data directory, often on separate volumes. Files without such a directory are in the data directory. Several settings may name the same directory.
 *
 * @param undo {@code innodb_undo_directory}: undo tablespaces
 * @param redo {@code innodb_log_group_home_dir}: the redo log, in its folder {@code #innodb_redo}
 * @param system {@code innodb_data_home_dir}: the system tablespace and {@code ib_buffer_pool}; a server creates its temporary tablespace {@code ibtmp1} there
 */
public record InnodbDirectories(Optional<Path> undo, Optional<Path> redo, Optional<Path> system) {

    /** All files are in the data directory. */
    public static final InnodbDirectories NONE =
            new InnodbDirectories(Optional.empty(), Optional.empty(), Optional.empty());

    /** The names of the options that set them, without dashes. */
    private static final String UNDO = "undo-dir";

    private static final String REDO = "redo-dir";
    private static final String SYSTEM = "system-dir";

    /**
     * {@return the same settings with another {@code undo}}
     *
     * @param value the new one
     */
    public InnodbDirectories withUndo(Path value) {
        return RecordCopy.with(this, "undo", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code redo}}
     *
     * @param value the new one
     */
    public InnodbDirectories withRedo(Path value) {
        return RecordCopy.with(this, "redo", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code system}}
     *
     * @param value the new one
     */
    public InnodbDirectories withSystem(Path value) {
        return RecordCopy.with(this, "system", Optional.of(value));
    }

    /** {@return the directories that are set, by the names of their options: {@code undo-dir} and so on} */
    public Map<String, Path> byOption() {
        Map<String, Path> directories = new LinkedHashMap<>();
        undo.ifPresent(path -> directories.put(UNDO, path));
        redo.ifPresent(path -> directories.put(REDO, path));
        system.ifPresent(path -> directories.put(SYSTEM, path));
        return directories;
    }

    /**
     * {@return the directories that are not below {@code dataDirectory}, each once, sorted by name}
     *
     * @param dataDirectory the data directory
     */
    public Set<Path> outside(Path dataDirectory) {
        Set<Path> directories = new TreeSet<>();
        all().filter(path -> !path.startsWith(dataDirectory)).forEach(directories::add);
        return directories;
    }

    private Stream<Path> all() {
        return Stream.of(undo, redo, system).flatMap(Optional::stream);
    }

    /** Returns a copy with each directory replaced. */
    InnodbDirectories map(UnaryOperator<Path> change) {
        return new InnodbDirectories(undo.map(change), redo.map(change), system.map(change));
    }

    /** Returns a copy with absolute paths, without those that equal the data directory. */
    InnodbDirectories besides(Path dataDirectory) {
        InnodbDirectories absolute = map(path -> path.toAbsolutePath().normalize());
        return new InnodbDirectories(
                absolute.undo.filter(path -> !path.equals(dataDirectory)),
                absolute.redo.filter(path -> !path.equals(dataDirectory)),
                absolute.system.filter(path -> !path.equals(dataDirectory)));
    }

    /**
     * Requires that the directories do not overlap, so that an operation on one does not affect another.
     *
     * @throws IllegalArgumentException naming the directory at fault
     */
    void requireApart(Path dataDirectory) {
        byOption().forEach((option, path) -> {
            require(path.getNameCount() > 0, option, path, "is the root of the file system");
            require(!dataDirectory.startsWith(path), option, path, "holds the data directory " + dataDirectory);
            if (path.startsWith(dataDirectory)) {
                String first = dataDirectory.relativize(path).getName(0).toString();
                require(
                        !first.startsWith("#") && !first.startsWith("."),
                        option,
                        path,
                        "lies in a folder of the data directory that is the server's, or that a server passes over");
                return;
            }
            outside(dataDirectory)
                    .forEach(other ->
                            require(other.equals(path) || !other.startsWith(path), option, path, "holds " + other));
        });
    }

    private static void require(boolean condition, String option, Path path, String fault) {
        if (!condition) {
            throw new IllegalArgumentException(option + ": " + path + ' ' + fault);
        }
    }
}
