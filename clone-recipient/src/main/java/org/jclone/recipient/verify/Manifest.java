package org.jclone.recipient.verify;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.recipient.api.InnodbDirectories;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.json.JsonLine;
import org.jclone.recipient.json.JsonReader;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * Lists the content of a complete clone, in JSON:
 *
 * <pre>{@code
 * {"format": 1,
 *  "clone": {"donor": "db1:3306", "donorVersion": "9.7.4", "begin": "...", "end": "...", "pageSize": 16384,
 *            "checkpointLsn": 21999104, "endLsn": 22003456},
 *  "files": [
 *   {"path": "mysql.ibd", "size": 27262976, "spaceId": 4294967294, "flags": 18432, "unit": 16384,
 *    "firstSlot": 768, "slots": 1664, "firstPage": 0, "hash": "crc32c:0a1b2c3d"},
 *   ...]}
 * }</pre>
 *
 * <p>Paths below the data directory are relative to it. The members {@code undoDirectory}, {@code redoDirectory} and
 * {@code systemDirectory} of {@code clone} give the directories of such files elsewhere. {@link ManifestFile} explains
 * the members of a file; docs/reliability.md defines the hash.
 *
 * @param about what is known about the clone, by name
 */
record Manifest(Map<String, String> about, List<ManifestFile> files) {

    static final String PAGE_SIZE = "pageSize";

    private static final String UNDO_DIRECTORY = "undoDirectory";
    private static final String REDO_DIRECTORY = "redoDirectory";
    private static final String SYSTEM_DIRECTORY = "systemDirectory";

    private static final String FORMAT = "1";
    private static final String HASH_PREFIX = "crc32c:";
    private static final Set<String> NUMBERS = Set.of(PAGE_SIZE, "checkpointLsn", "endLsn");

    Manifest {
        about = new LinkedHashMap<>(about);
        files = List.copyOf(files);
    }

    /** Returns the members of {@link #about} that give the directories of files. */
    static Map<String, String> directories(Path root, InnodbDirectories innodb) {
        Map<String, String> members = new LinkedHashMap<>();
        innodb.undo().ifPresent(path -> members.put(UNDO_DIRECTORY, shown(root, path)));
        innodb.redo().ifPresent(path -> members.put(REDO_DIRECTORY, shown(root, path)));
        innodb.system().ifPresent(path -> members.put(SYSTEM_DIRECTORY, shown(root, path)));
        return members;
    }

    /** Returns the directories other than the data directory. */
    InnodbDirectories directories(Path root) {
        return new InnodbDirectories(
                directory(root, UNDO_DIRECTORY), directory(root, REDO_DIRECTORY), directory(root, SYSTEM_DIRECTORY));
    }

    /** Returns those directories that hold files with pages. */
    List<Path> pageDirectories(Path root) {
        return Stream.of(directories(root).undo(), directories(root).system())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Path> directory(Path root, String member) {
        return Optional.ofNullable(about.get(member)).map(root::resolve);
    }

    private static String shown(Path root, Path path) {
        return (path.startsWith(root) ? root.relativize(path) : path).toString();
    }

    int pageSize() {
        return Integer.parseInt(about.get(PAGE_SIZE));
    }

    static boolean exists(Path root) {
        return Files.exists(CloneFolder.in(root).manifest(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes the manifest durably. */
    void write(Path root) throws StorageException {
        Path path = CloneFolder.in(root).manifest();
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
        Durable.delete(temporary);
        Durable.createFile(temporary);
        try (FileChannel channel =
                        FileChannel.open(temporary, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
                BufferedWriter out = new BufferedWriter(
                        new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8))) {
            out.write("{\"format\": " + FORMAT + ",\n \"clone\": " + aboutLine() + ",\n \"files\": [");
            String separator = "\n  ";
            for (ManifestFile file : files) {
                out.write(separator + line(root, file));
                separator = ",\n  ";
            }
            out.write("]}\n");
            out.flush();
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("write", temporary, -1, e);
        }
        Durable.rename(temporary, path);
        Durable.flushDirectory(path.getParent());
    }

    private JsonLine aboutLine() {
        JsonLine line = new JsonLine();
        about.forEach((name, value) -> {
            if (NUMBERS.contains(name)) {
                line.put(name, Long.parseLong(value));
            } else {
                line.put(name, value);
            }
        });
        return line;
    }

    private static JsonLine line(Path root, ManifestFile file) {
        return new JsonLine()
                .put("path", shown(root, file.path()))
                .put("size", file.size())
                .put("spaceId", file.spaceId())
                .put("flags", file.flags().value())
                .put("unit", file.unit())
                .put("firstSlot", file.region().firstSlot())
                .put("slots", file.region().slots())
                .put("firstPage", file.region().firstPage())
                .put("hash", HASH_PREFIX + HexFormat.of().toHexDigits(file.hash()));
    }

    /** @throws StorageException if it cannot be read or {@link #write} did not write it */
    static Manifest read(Path root) throws StorageException {
        Path path = CloneFolder.in(root).manifest();
        try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            return parse(root, reader);
        } catch (IOException e) {
            throw StorageErrors.of("read", path, -1, e);
        }
    }

    /** @throws IOException if it cannot be read or {@link #write} did not write it */
    static Manifest parse(Path root, Reader reader) throws IOException {
        try {
            JsonReader json = new JsonReader(reader);
            json.expect('{');
            member(json, "format");
            json.expect(FORMAT.charAt(0));
            json.expect(',');
            member(json, "clone");
            Map<String, String> about = json.object();
            json.expect(',');
            member(json, "files");
            json.expect('[');
            List<ManifestFile> files = new ArrayList<>();
            if (!json.accept(']')) {
                do {
                    files.add(file(root, json.object()));
                } while (json.accept(','));
                json.expect(']');
            }
            json.expect('}');
            Manifest manifest = new Manifest(about, files);
            FspFlags.NONE.withPageSize(manifest.pageSize());
            return manifest;
        } catch (IllegalArgumentException e) {
            throw new IOException("not a manifest: " + e.getMessage(), e);
        }
    }

    private static void member(JsonReader json, String name) throws IOException {
        if (!json.string().equals(name)) {
            throw json.malformed("expected: member " + name);
        }
        json.expect(':');
    }

    private static ManifestFile file(Path root, Map<String, String> members) {
        String hash = text(members, "hash");
        if (!hash.startsWith(HASH_PREFIX)) {
            throw new IllegalArgumentException("hash: " + hash);
        }
        return new ManifestFile(
                root.resolve(text(members, "path")),
                number(members, "size"),
                new FspFlags(number(members, "flags")),
                number(members, "spaceId"),
                unit(members),
                new PageRegion(0, number(members, "firstSlot"), number(members, "slots"), number(members, "firstPage")),
                HexFormat.fromHexDigits(hash.substring(HASH_PREFIX.length())));
    }

    private static int unit(Map<String, String> members) {
        long unit = number(members, "unit");
        if (unit < 512 || unit > 1 << 16 || Long.bitCount(unit) != 1) {
            throw new IllegalArgumentException("unit: " + unit + " (expected: the size of a page)");
        }
        return (int) unit;
    }

    private static String text(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static long number(Map<String, String> members, String name) {
        long value = Long.parseLong(text(members, name));
        if (value < 0 || value > 1L << 48) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 2^48)");
        }
        return value;
    }
}
