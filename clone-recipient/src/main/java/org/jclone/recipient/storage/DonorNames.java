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
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * Interprets the donor's file names. No path leaves the data directory or the operator's mappings, whatever the donor
 * sends.
 *
 * <p>A server keeps the name of a tablespace as written in {@code ADD DATAFILE} or {@code DATA DIRECTORY}: with doubled
 * slashes, with {@code /./}, and relative to its data directory with leading {@code ../}. It rejects {@code ..} after a
 * folder. Source: docs/protocol/02-innodb-clone-stream.md, section 4.1.
 */
final class DonorNames {

    /** Suffixes of files that control a server. A genuine donor gives no tablespace such a name. */
    private static final List<String> FORBIDDEN_SUFFIXES =
            List.of(".cnf", ".conf", ".err", ".index", ".json", ".key", ".my", ".pem", ".pid", ".sh", ".so", ".sock");

    private static final int MAX_NAME_LENGTH = 255;

    private final Path root;
    private final Map<String, Path> mappings;

    DonorNames(Path root, Map<String, Path> mappings) {
        this.root = root;
        this.mappings = new LinkedHashMap<>();
        mappings.forEach((from, to) -> this.mappings.put(plain(from), to));
    }

    /** {@link DataDirectory#isOutside}. */
    static boolean isOutside(String name) {
        return name.startsWith("/") || plain(name).startsWith("../");
    }

    /** {@link DataDirectory#resolveUndo} and {@link DataDirectory#resolveSystem}. */
    Path resolveBaseName(Path directory, String name) throws CloneException {
        String relative = withoutDot(name);
        if (relative.indexOf('/') >= 0) {
            throw refused(name, "a base name without folders");
        }
        checkComponent(name, relative);
        if (relative.startsWith("#") || FORBIDDEN_SUFFIXES.stream().anyMatch(lower(relative)::endsWith)) {
            throw refused(name, "the name of a tablespace");
        }
        return child(directory, name, relative);
    }

    /** {@link DataDirectory#resolveTablespace}. */
    Path resolveTablespace(String name, boolean general) throws CloneException {
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
