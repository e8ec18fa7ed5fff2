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
import org.jclone.recipient.explain.Explanations;

/**
 * The target data directory with its directories for undo tablespaces, redo log and system tablespace, and the only
 * place where a name that the donor sent becomes a path. No path leaves these directories or the operator's mappings,
 * and none goes through a symbolic link.
 */
public final class DataDirectory {

    /**
     * What a fresh file system holds, and what a killed clone leaves that had not begun; no reason to call a directory
     * used.
     */
    private static final Set<String> IGNORED_ENTRIES = Set.of("lost+found", DirectoryLock.NAME);

    private final Path root;
    private final InnodbDirectories innodb;
    private final Map<String, Path> mappings;
    private final DonorNames names;
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
        names = new DonorNames(root, mappings);
    }

    /** @param target with a directory */
    public static DataDirectory of(TargetSettings target) {
        return new DataDirectory(target.directory().orElseThrow(), target.innodb(), target.pathMappings());
    }

    public Path root() {
        return root;
    }

    /** Where undo tablespaces lie. */
    public Path undo() {
        return innodb.undo().orElse(root);
    }

    /** Where the redo log lies. */
    public Path redo() {
        return innodb.redo().orElse(root);
    }

    /** Where the system tablespace lies. */
    public Path system() {
        return innodb.system().orElse(root);
    }

    /** The directories for undo tablespaces, redo log and system tablespace that do not lie below the root. */
    public Set<Path> outside() {
        return innodb.outside(root);
    }

    /** The directories for undo tablespaces, redo log and system tablespace that are others than the root. */
    public Set<Path> apart() {
        return new LinkedHashSet<>(innodb.byOption().values());
    }

    /** Whether a file lies below one of our directories. */
    public boolean isOurs(Path file) {
        return file.startsWith(root) || apart().stream().anyMatch(file::startsWith);
    }

    /** Makes the directories, or accepts empty ones. Those below the root are made with the first file in them. */
    public void claim() throws CloneException {
        check();
        make();
    }

    /** Accepts the directory, from which an unfinished clone was removed, with what was not of that clone. */
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
     * Looks whether the directory, and each of the others, is missing or empty, and changes nothing.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if it holds anything, with what it seems to be
     */
    public void check() throws CloneException {
        checkPlace();
        if (Files.exists(root)) {
            checkRoot();
        }
        for (Path directory : outside()) {
            List<String> entries = Files.exists(directory) ? entries(directory) : List.of();
            if (!entries.isEmpty()) {
                throw notUsable(directory, describe(entries), "not-empty");
            }
        }
    }

    private void checkRoot() throws CloneException {
        List<String> entries = entries(root);
        if (entries.contains(".jclone-swap")) {
            throw notUsable(root, "holds a whole clone whose --replace was interrupted", "swap");
        }
        if (entries.contains("#clone") && Files.exists(root.resolve("#clone").resolve("#status_in_progress"))) {
            throw notUsable(root, "holds an unfinished clone", "unfinished");
        }
        if (!entries.isEmpty()) {
            throw notUsable(root, describe(entries), "not-empty");
        }
    }

    /**
     * Looks whether there is, or can be, a directory of that name, whatever is in it, and so for each of the others.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if not
     */
    public void checkPlace() throws CloneException {
        checkPlace(root);
        for (Path directory : outside()) {
            checkPlace(directory);
        }
    }

    private static void checkPlace(Path directory) throws CloneException {
        if (Files.isSymbolicLink(directory)) {
            throw notUsable(directory, "is a symbolic link", "symbolic-link");
        }
        if (!Files.exists(directory)) {
            Path parent = directory.getParent();
            if (!Files.isDirectory(parent)) {
                throw notUsable(directory, "cannot be made: there is no directory " + parent, "no-parent");
            }
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw notUsable(directory, "is not a directory", "no-directory");
        }
    }

    /** Whether a clone is at work here, or was killed. */
    public boolean isTaken() {
        return isUnfinished() || Files.exists(root.resolve(DirectoryLock.NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** What the directory, which exists, seems to hold: {@code "holds a MySQL data directory"}; else empty. */
    public Optional<String> contents() throws StorageException {
        List<String> entries = entries(root);
        return entries.isEmpty() ? Optional.empty() : Optional.of(describe(entries));
    }

    /** Whether an unfinished clone lies here. */
    public boolean isUnfinished() {
        return Files.exists(root.resolve("#clone").resolve("#status_in_progress"), LinkOption.NOFOLLOW_LINKS);
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

    private static CloneException notUsable(Path directory, String reason, String specialCase) {
        return new CloneException(
                CloneErrorCode.TARGET_NOT_USABLE,
                directory + " " + reason,
                Explanations.hint("TARGET_NOT_USABLE", specialCase)
                        .replace("DIR", String.valueOf(directory.getParent())));
    }

    /**
     * Returns the file of an undo tablespace, which has no folder in its name.
     *
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name is anything else
     */
    public Path resolveUndo(String name) throws CloneException {
        return names.resolveBaseName(undo(), name);
    }

    /**
     * Returns a file of the system tablespace, or {@code ib_buffer_pool}, which has no folder in its name.
     *
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name is anything else
     */
    public Path resolveSystem(String name) throws CloneException {
        return names.resolveBaseName(system(), name);
    }

    /**
     * The file of an ordinary tablespace: {@code ./schema/table.ibd}, {@code ./space.ibd}, or a name
     * {@linkplain #isOutside outside} the donor's data directory, which goes to its mapping or, without one, to
     * {@code schema/table.ibd} or {@code space.ibd}.
     *
     * @param general whether it is a general tablespace, whose folder has no meaning
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name is not that of a tablespace
     */
    public Path resolveTablespace(String name, boolean general) throws CloneException {
        return names.resolveTablespace(name, general);
    }

    /** Whether a tablespace of this name lies outside the donor's data directory: an absolute path, or {@code ../}. */
    public static boolean isOutside(String name) {
        return DonorNames.isOutside(name);
    }

    /** Makes the missing folders above {@code file} and the empty file itself; refuses what exists or is a link. */
    public synchronized void createFile(Path file) throws CloneException {
        createFolders(file.getParent());
        Durable.createFile(file);
        touchedDirectories.add(file.getParent());
    }

    /** From a directory of ours, or a mapping, on down no folder may be a link; what lies above is the operator's. */
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
            throw new CloneException(
                    CloneErrorCode.TARGET_NOT_USABLE,
                    folder + " is in the way: it is a file or a symbolic link",
                    Explanations.hint("TARGET_NOT_USABLE", "in-the-way"));
        }
        Durable.createDirectory(folder);
        touchedDirectories.add(folder.getParent());
    }

    /** A folder of the server's own, such as {@code #clone}. */
    public synchronized Path createFolder(String name) throws CloneException {
        Path folder = root.resolve(name);
        createFolders(folder);
        touchedDirectories.add(root);
        return folder;
    }

    /** Every directory that got new entries, to be flushed at the end. */
    public synchronized Set<Path> touchedDirectories() {
        return new LinkedHashSet<>(touchedDirectories);
    }

    /** Remembers that entries of {@code directory} changed. */
    public synchronized void touched(Path directory) {
        touchedDirectories.add(directory);
    }

    /** Returns the block size of the target's file system as a server sees it. */
    public int fsBlockSize() {
        return Volume.blockSize(root);
    }
}
