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
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Explanations;

/**
 * The target data directory, and the only place where a name that the donor sent becomes a path. No path leaves the
 * directory or the operator's mappings, and none goes through a symbolic link.
 */
public final class DataDirectory {

    /**
     * What a fresh file system holds, and what a killed clone leaves that had not begun; no reason to call a directory
     * used.
     */
    private static final Set<String> IGNORED_ENTRIES = Set.of("lost+found", DirectoryLock.NAME);

    private final Path root;
    private final Map<String, Path> mappings;
    private final DonorNames names;
    private final Set<Path> touchedDirectories = new LinkedHashSet<>();

    /**
     * @param root absolute and normalised
     * @param mappings donor's absolute directory to local absolute directory
     */
    public DataDirectory(Path root, Map<String, Path> mappings) {
        this.root = root;
        this.mappings = mappings;
        names = new DonorNames(root, mappings);
    }

    public Path root() {
        return root;
    }

    /** Makes the directory, or accepts an empty one. */
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
        if (!Files.exists(root)) {
            Durable.createDirectory(root);
            Durable.flushDirectory(root.getParent());
        }
    }

    /**
     * Looks whether the directory is missing or empty, and changes nothing.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if it holds anything, with what it seems to be
     */
    public void check() throws CloneException {
        checkPlace();
        if (!Files.exists(root)) {
            return;
        }
        List<String> entries = entries();
        if (entries.contains(".jclone-swap")) {
            throw notUsable("holds a whole clone whose --replace was interrupted", "swap");
        }
        if (entries.contains("#clone") && Files.exists(root.resolve("#clone").resolve("#status_in_progress"))) {
            throw notUsable("holds an unfinished clone", "unfinished");
        }
        if (!entries.isEmpty()) {
            throw notUsable(describe(entries), "not-empty");
        }
    }

    /**
     * Looks whether there is, or can be, a directory of that name, whatever is in it.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if not
     */
    public void checkPlace() throws CloneException {
        if (Files.isSymbolicLink(root)) {
            throw notUsable("is a symbolic link", "symbolic-link");
        }
        if (!Files.exists(root)) {
            Path parent = root.getParent();
            if (!Files.isDirectory(parent)) {
                throw notUsable("cannot be made: there is no directory " + parent, "no-parent");
            }
            return;
        }
        if (!Files.isDirectory(root)) {
            throw notUsable("is not a directory", "no-directory");
        }
    }

    /** Whether a clone is at work here, or was killed. */
    public boolean isTaken() {
        return isUnfinished() || Files.exists(root.resolve(DirectoryLock.NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** What the directory, which exists, seems to hold: {@code "holds a MySQL data directory"}; else empty. */
    public Optional<String> contents() throws StorageException {
        List<String> entries = entries();
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

    private List<String> entries() throws StorageException {
        try (Stream<Path> list = Files.list(root)) {
            return list.map(path -> path.getFileName().toString())
                    .filter(name -> !IGNORED_ENTRIES.contains(name))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", root, -1, e);
        }
    }

    private CloneException notUsable(String reason, String specialCase) {
        return new CloneException(
                CloneErrorCode.TARGET_NOT_USABLE,
                root + " " + reason,
                Explanations.hint("TARGET_NOT_USABLE", specialCase).replace("DIR", String.valueOf(root.getParent())));
    }

    /**
     * A name that lies directly in the data directory: system tablespace, undo tablespace, {@code ib_buffer_pool}.
     *
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name is anything else
     */
    public Path resolveBaseName(String name) throws CloneException {
        return names.resolveBaseName(name);
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

    /** From the root, or from a mapping, on down no folder may be a link; what lies above is the operator's. */
    private void createFolders(Path folder) throws CloneException {
        if (folder.equals(root) || touchedDirectories.contains(folder)) {
            return;
        }
        boolean ours = folder.startsWith(root) || mappings.values().stream().anyMatch(folder::startsWith);
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

    /** Returns the room on the target's file system; empty if it cannot be told. */
    public Optional<Volume.Room> room() {
        return Volume.room(root);
    }

    /** Returns the block size of the target's file system as a server sees it. */
    public int fsBlockSize() {
        return Volume.blockSize(root);
    }
}
