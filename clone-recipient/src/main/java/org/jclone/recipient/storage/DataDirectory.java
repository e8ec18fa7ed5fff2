package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** What a fresh file system holds; no reason to call a directory used. */
    private static final Set<String> IGNORED_ENTRIES = Set.of("lost+found");

    /** Files that steer a server. A donor that names a tablespace so is no donor. */
    private static final List<String> FORBIDDEN_SUFFIXES =
            List.of(".cnf", ".conf", ".err", ".index", ".json", ".key", ".my", ".pem", ".pid", ".sh", ".so", ".sock");

    private static final int MAX_NAME_LENGTH = 255;

    private final Path root;
    private final Map<String, Path> mappings;
    private final Set<Path> touchedDirectories = new LinkedHashSet<>();

    /**
     * @param root absolute and normalised
     * @param mappings donor's absolute directory to local absolute directory
     */
    public DataDirectory(Path root, Map<String, Path> mappings) {
        this.root = root;
        this.mappings = mappings;
    }

    public Path root() {
        return root;
    }

    /** Makes the directory, or accepts an empty one. */
    public void claim() throws CloneException {
        check();
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
        String relative = withoutDot(name);
        if (relative.indexOf('/') >= 0) {
            throw refused(name, "a base name without folders");
        }
        checkComponent(name, relative);
        if (relative.startsWith("#") || FORBIDDEN_SUFFIXES.stream().anyMatch(lower(relative)::endsWith)) {
            throw refused(name, "the name of a tablespace");
        }
        return child(root, name, relative);
    }

    /**
     * The file of an ordinary tablespace: {@code ./schema/table.ibd}, {@code ./space.ibd}, or an absolute path of the
     * donor, which goes to its mapping or, without one, to {@code schema/table.ibd} or {@code space.ibd}.
     *
     * @param general whether it is a general tablespace, whose folder has no meaning
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name is not that of a tablespace
     */
    public Path resolveTablespace(String name, boolean general) throws CloneException {
        if (!name.endsWith(".ibd")) {
            throw refused(name, "a file name that ends in .ibd");
        }
        if (name.startsWith("/")) {
            return resolveOutside(name, general);
        }
        return resolveBelow(root, name, withoutDot(name));
    }

    private Path resolveOutside(String name, boolean general) throws CloneException {
        Map.Entry<String, Path> best = null;
        for (Map.Entry<String, Path> mapping : mappings.entrySet()) {
            String from = withSlash(mapping.getKey());
            if (name.startsWith(from)
                    && (best == null || from.length() > best.getKey().length())) {
                best = Map.entry(from, mapping.getValue());
            }
        }
        if (best != null) {
            return resolveBelow(
                    best.getValue(), name, name.substring(best.getKey().length()));
        }
        String[] parts = name.split("/");
        String file = parts[parts.length - 1];
        boolean inSchema = !general && parts.length > 2;
        return resolveBelow(root, name, inSchema ? parts[parts.length - 2] + '/' + file : file);
    }

    private Path resolveBelow(Path base, String name, String relative) throws CloneException {
        String[] components = relative.split("/", -1);
        Path path = base;
        for (String component : components) {
            checkComponent(name, component);
            path = child(path, name, component);
        }
        if (base.equals(root) && components[0].startsWith("#")) {
            throw refused(name, "a tablespace outside the folders of the server's own");
        }
        return path;
    }

    private static Path child(Path folder, String name, String component) throws CloneException {
        try {
            return folder.resolve(component);
        } catch (InvalidPathException e) {
            throw new CloneException(
                    CloneErrorCode.PROTOCOL,
                    "file name \"" + name + "\" cannot be written with this process's character set",
                    Explanations.hint("TARGET_NOT_USABLE", "locale"),
                    e);
        }
    }

    private static void checkComponent(String name, String component) throws CloneException {
        boolean special = component.isEmpty() || component.equals(".") || component.equals("..");
        if (special || component.length() > MAX_NAME_LENGTH || component.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw refused(name, "a path without empty, dot, or unprintable parts");
        }
    }

    private static CloneException refused(String name, String expected) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
        StringBuilder printable = new StringBuilder();
        shown.chars().forEach(c -> printable.append(Character.isISOControl(c) ? '?' : (char) c));
        return new CloneException(
                CloneErrorCode.PROTOCOL,
                "the donor sent the file name \"" + printable + "\" (expected: " + expected + ')',
                Explanations.hint("TARGET_NOT_USABLE", "file-name"));
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

    /** Bytes that an ordinary user may still write on the target's file system. */
    public long usableBytes() throws StorageException {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw StorageErrors.of("ask for free space of", root, -1, e);
        }
    }

    /** Block size of the target's file system, as a server sees it. */
    public long fsBlockSize() throws StorageException {
        try {
            return Files.getFileStore(root).getBlockSize();
        } catch (IOException | UnsupportedOperationException e) {
            throw StorageErrors.of("ask for the block size of", root, -1, new IOException(e));
        }
    }

    private static String withoutDot(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private static String withSlash(String folder) {
        return folder.endsWith("/") ? folder : folder + '/';
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
