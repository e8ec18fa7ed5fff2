package org.jclone.recipient.storage;

import static java.util.stream.Collectors.joining;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * Turns the donor's file names into paths; nothing else does. No path leaves the data directory, its other directories
 * or the operator's mappings, whatever the donor sends.
 *
 * <p>A server keeps the name of a tablespace as written in {@code ADD DATAFILE} or {@code DATA DIRECTORY}: with doubled
 * slashes, with {@code /./}, and relative to its data directory with leading {@code ../}. It rejects {@code ..} after a
 * folder. Source: docs/protocol/02-innodb-clone-stream.md, section 4.1.
 */
public final class DonorNames {

    /** Suffixes of files that control a server. A genuine donor gives no tablespace such a name. */
    private static final List<String> FORBIDDEN_SUFFIXES =
            List.of(".cnf", ".conf", ".err", ".index", ".json", ".key", ".my", ".pem", ".pid", ".sh", ".so", ".sock");

    private static final int MAX_NAME_LENGTH = 255;

    private final DataDirectory directory;
    private final Path root;
    private final Map<String, Path> mappings = new LinkedHashMap<>();

    public DonorNames(DataDirectory directory) {
        this.directory = directory;
        root = directory.root();
        directory.mappings().forEach((from, to) -> mappings.put(plain(from), to));
    }

    /** Whether a tablespace of this name is outside the donor's data directory: an absolute path, or {@code ../}. */
    public static boolean isOutside(String name) {
        return name.startsWith("/") || plain(name).startsWith("../");
    }

    /**
     * Returns the path of an undo tablespace, whose name has no folder.
     *
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name has any other form
     */
    public Path resolveUndo(String name) throws CloneException {
        return resolveBaseName(directory.undo(), name);
    }

    /**
     * Returns the path of a file of the system tablespace, or of {@code ib_buffer_pool}. These names have no folder.
     *
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name has any other form
     */
    public Path resolveSystem(String name) throws CloneException {
        return resolveBaseName(directory.system(), name);
    }

    private static Path resolveBaseName(Path folder, String name) throws CloneException {
        String relative = withoutDot(name);
        if (relative.indexOf('/') >= 0) {
            throw refused(name, "a base name without folders");
        }
        checkComponent(name, relative);
        if (relative.startsWith("#") || FORBIDDEN_SUFFIXES.stream().anyMatch(lower(relative)::endsWith)) {
            throw refused(name, "the name of a tablespace");
        }
        return child(folder, name, relative);
    }

    /**
     * Returns the path of an ordinary tablespace: {@code ./schema/table.ibd}, {@code ./space.ibd}, or a name
     * {@linkplain #isOutside outside} the donor's data directory, which is mapped or, without a mapping, becomes {@code
     * schema/table.ibd} or {@code space.ibd}.
     *
     * @param general whether it is a general tablespace, whose folder has no meaning
     * @throws CloneException {@link CloneErrorCode#PROTOCOL} if the name is not that of a tablespace
     */
    public Path resolveTablespace(String name, boolean general) throws CloneException {
        if (!name.endsWith(".ibd")) {
            throw refused(name, "a file name that ends in .ibd");
        }
        String plain = plain(name);
        return isOutside(name) ? resolveOutside(name, plain, general) : resolveBelow(root, name, plain);
    }

    /** @param plain the name without empty and dot parts */
    private Path resolveOutside(String name, String plain, boolean general) throws CloneException {
        Map.Entry<String, Path> best = null;
        for (Map.Entry<String, Path> mapping : mappings.entrySet()) {
            String from = withSlash(mapping.getKey());
            if (plain.startsWith(from)
                    && !plain.startsWith("../", from.length())
                    && (best == null || from.length() > best.getKey().length())) {
                best = Map.entry(from, mapping.getValue());
            }
        }
        if (best != null) {
            return resolveBelow(
                    best.getValue(), name, plain.substring(best.getKey().length()));
        }
        String[] parts = plain.replaceFirst("^(\\.\\./)+|^/", "").split("/");
        for (String part : parts) {
            checkComponent(name, part);
        }
        String file = parts[parts.length - 1];
        boolean inSchema = !general && parts.length > 1;
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
            throw Failure.Protocol.LOCALE.exception(
                    "file name \"" + name + "\" cannot be written with this process's character set", e);
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
        return Failure.Protocol.FILE_NAME.exception(
                "the donor sent the file name \"" + Printable.of(shown) + "\" (expected: " + expected + ')');
    }

    /** Removes empty and dot parts: {@code ./.././/a/x.ibd} becomes {@code ../a/x.ibd}. */
    private static String plain(String name) {
        String parts = Stream.of(name.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .collect(joining("/"));
        return name.startsWith("/") ? '/' + parts : parts;
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
