package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.InnodbDirectories;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.explain.Failure;

/**
 * The target data directory with its directories for undo tablespaces, redo log and system tablespace. It creates the
 * files of a clone, never through a symbolic link, and remembers the directories that they changed.
 */
public final class DataDirectory {

    /**
     * Entries of a fresh file system, and of a clone that was killed before it began. A directory with only these
     * counts as empty.
     */
    private static final Set<String> IGNORED_ENTRIES = Set.of("lost+found", DirectoryLock.NAME);

    /** The folder in which a clone is made that will replace the data. A server ignores names that begin with a dot. */
    public static final String STAGING = ".jclone-new";

    /** Records how far the replacement of the data has come. */
    public static final String SWAP_JOURNAL = ".jclone-swap";

    private final Path root;
    private final InnodbDirectories innodb;
    private final Map<String, Path> mappings;
    private final Set<Path> touchedDirectories = new LinkedHashSet<>();

    /**
     * @param root absolute and normalised
     * @param mappings donor's absolute directory to local absolute directory
     */
    public DataDirectory(Path root, Map<String, Path> mappings) {
        this(root, InnodbDirectories.NONE, mappings);
    }

    private DataDirectory(Path root, InnodbDirectories innodb, Map<String, Path> mappings) {
        this.root = root;
        this.innodb = innodb;
        this.mappings = mappings;
    }

    /** @param target with a directory */
    public static DataDirectory of(TargetSettings target) {
        return new DataDirectory(target.directory().orElseThrow(), target.innodb(), target.pathMappings());
    }

    public Path root() {
        return root;
    }

    /** Returns the directory of undo tablespaces. */
    public Path undo() {
        return innodb.undo().orElse(root);
    }

    /** Returns the directory of the redo log. */
    public Path redo() {
        return innodb.redo().orElse(root);
    }

    /** Returns the directory of the system tablespace. */
    public Path system() {
        return innodb.system().orElse(root);
    }

    /** Returns the directories for undo tablespaces, redo log and system tablespace that are not below the root. */
    public Set<Path> outside() {
        return innodb.outside(root);
    }

    /** Returns the directories for undo tablespaces, redo log and system tablespace that differ from the root. */
    public Set<Path> apart() {
        return new LinkedHashSet<>(innodb.byOption().values());
    }

    /** Returns the local directory for each directory of the donor that the operator mapped. */
    Map<String, Path> mappings() {
        return mappings;
    }

    /** Whether a file is below one of these directories. */
    public boolean isOurs(Path file) {
        return file.startsWith(root) || apart().stream().anyMatch(file::startsWith);
    }

    /** Creates the directories, or accepts empty ones. Those below the root are created with their first file. */
    public void claim() throws CloneException {
        check();
        make();
    }

    /**
     * Accepts the directory after an unfinished clone was removed from it, with the files that are not of that clone.
     */
    public void claimAgain() throws CloneException {
        checkPlace();
        make();
    }

    private void make() throws StorageException {
        createIfMissing(root);
        for (Path directory : outside()) {
            createIfMissing(directory);
        }
    }

    private static void createIfMissing(Path directory) throws StorageException {
        if (!Files.exists(directory)) {
            Durable.createDirectory(directory);
            Durable.flushDirectory(directory.getParent());
        }
    }

    /**
     * Checks that each directory is missing or empty. Changes nothing.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if one holds anything, with what it seems to be
     */
    public void check() throws CloneException {
        checkPlace();
        if (Files.exists(root)) {
            checkRoot();
        }
        for (Path directory : outside()) {
            List<String> entries = Files.exists(directory) ? entries(directory) : List.of();
            if (!entries.isEmpty()) {
                throw notUsable(directory, describe(entries), Failure.TargetNotUsable.NOT_EMPTY);
            }
        }
    }

    private void checkRoot() throws CloneException {
        List<String> entries = entries(root);
        if (entries.contains(SWAP_JOURNAL)) {
            throw notUsable(
                    root, "holds a complete clone whose --replace was interrupted", Failure.TargetNotUsable.SWAP);
        }
        if (CloneFolder.in(root).isMarked()) {
            throw notUsable(root, "holds an unfinished clone", Failure.TargetNotUsable.UNFINISHED);
        }
        if (!entries.isEmpty()) {
            throw notUsable(root, describe(entries), Failure.TargetNotUsable.NOT_EMPTY);
        }
    }

    /**
     * Checks that each directory exists or can be created, regardless of its content.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if not
     */
    public void checkPlace() throws CloneException {
        checkPlace(root);
        for (Path directory : outside()) {
            checkPlace(directory);
        }
        requireApart();
    }

    /** Requires that no directory is another one, or inside another one, by a symbolic link in its path. */
    private void requireApart() throws CloneException {
        Set<Path> all = new LinkedHashSet<>(apart());
        all.add(root);
        for (Path one : all) {
            for (Path other : all) {
                if (!one.startsWith(other) && realPath(one).startsWith(realPath(other))) {
                    throw Failure.TargetNotUsable.SAME_PLACE.exception(
                            one + " is " + other + ", or is inside it, by a symbolic link: " + realPath(one));
                }
            }
        }
    }

    /** Resolves the links in the part of a path that exists. */
    private static Path realPath(Path path) throws StorageException {
        Path existing = path;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing.toRealPath().resolve(existing.relativize(path));
        } catch (IOException e) {
            throw StorageErrors.of("resolve", existing, -1, e);
        }
    }

    private static void checkPlace(Path directory) throws CloneException {
        if (Files.isSymbolicLink(directory)) {
            throw notUsable(directory, "is a symbolic link", Failure.TargetNotUsable.SYMBOLIC_LINK);
        }
        if (!Files.exists(directory)) {
            Path parent = directory.getParent();
            if (!Files.isDirectory(parent)) {
                throw notUsable(
                        directory,
                        "cannot be created: there is no directory " + parent,
                        Failure.TargetNotUsable.NO_PARENT);
            }
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw notUsable(directory, "is not a directory", Failure.TargetNotUsable.NO_DIRECTORY);
        }
    }

    /** Whether a clone runs here, or was killed here. */
    public boolean isTaken() {
        return CloneFolder.in(root).isMarked()
                || Files.exists(root.resolve(DirectoryLock.NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Describes what the existing directory seems to hold, such as {@code "holds a MySQL data directory"}; else empty.
     */
    public Optional<String> contents() throws StorageException {
        List<String> entries = entries(root);
        return entries.isEmpty() ? Optional.empty() : Optional.of(describe(entries));
    }

    private static String describe(List<String> entries) {
        if (entries.contains("mysql.ibd") || entries.contains("ibdata1")) {
            return "holds a MySQL data directory";
        }
        String others = entries.size() > 1 ? " and " + (entries.size() - 1) + " more" : "";
        return "is not empty: it holds " + entries.get(0) + others;
    }

    private static List<String> entries(Path directory) throws StorageException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.map(path -> path.getFileName().toString())
                    .filter(name -> !IGNORED_ENTRIES.contains(name))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", directory, -1, e);
        }
    }

    private static CloneException notUsable(Path directory, String reason, Failure why) {
        return new CloneException(why.code(), directory + " " + reason, why.hint(directory.getParent()));
    }

    /** Creates the missing folders above {@code file} and the empty file. Refuses an existing file or link. */
    public synchronized void createFile(Path file) throws CloneException {
        createFolders(file.getParent());
        Durable.createFile(file);
        touchedDirectories.add(file.getParent());
    }

    /** Below our directories and the mappings no folder may be a link. The operator is responsible for those above. */
    private void createFolders(Path folder) throws CloneException {
        if (folder.equals(root) || touchedDirectories.contains(folder)) {
            return;
        }
        boolean ours = folder.startsWith(root)
                || outside().stream().anyMatch(folder::startsWith)
                || mappings.values().stream().anyMatch(folder::startsWith);
        if (!ours && Files.isDirectory(folder)) {
            return;
        }
        createFolders(folder.getParent());
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw Failure.TargetNotUsable.IN_THE_WAY.exception(
                    folder + " is in the way: it is a file or a symbolic link");
        }
        Durable.createDirectory(folder);
        touchedDirectories.add(folder.getParent());
    }

    /** Creates a folder of the server's own, such as {@code #clone}. */
    public synchronized Path createFolder(String name) throws CloneException {
        Path folder = root.resolve(name);
        createFolders(folder);
        touchedDirectories.add(root);
        return folder;
    }

    /** Returns every directory with new entries, to be flushed at the end. */
    public synchronized Set<Path> touchedDirectories() {
        return new LinkedHashSet<>(touchedDirectories);
    }

    /** Records that entries of {@code directory} changed. */
    public synchronized void touched(Path directory) {
        touchedDirectories.add(directory);
    }
}
