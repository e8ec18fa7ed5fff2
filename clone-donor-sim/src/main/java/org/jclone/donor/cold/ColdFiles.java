package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * Finds the files that a clone has: the dump of the buffer pool, then the system tablespace, undo tablespaces, and
 * whatever ends in {@code .ibd}. Temporary tablespaces, doublewrite files, redo and the files of other engines stay
 * behind.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 0, 4.1 and 12.
 */
final class ColdFiles {

    private static final String TABLESPACE_SUFFIX = ".ibd";
    private static final String SYSTEM_PREFIX = "ibdata";
    private static final String UNDO_PREFIX = "undo_";
    private static final String UNDO_SUFFIX = ".ibu";
    private static final String UNDO_MARK_SUFFIX = ".log";
    private static final char SERVERS_OWN = '#';

    private final Path directory;
    private final List<Path> others;
    private final long fsBlockSize;

    /** @param others directories outside of it that have tablespaces */
    ColdFiles(Path directory, List<Path> others) throws IOException {
        this.directory = directory;
        this.others = others;
        fsBlockSize = Files.getFileStore(directory).getBlockSize();
    }

    List<ColdFile> list() throws IOException {
        List<ColdFile> files = new ArrayList<>();
        Path dump = directory.resolve(SourceFile.BUFFER_POOL_DUMP);
        if (isFile(dump)) {
            files.add(new ColdFile(dump, SourceFile.bufferPoolDump(Files.size(dump))));
        }
        List<ColdFile> system = systemTablespace();
        if (system.isEmpty()) {
            throw new ColdDirectoryException(
                    "there is no system tablespace in " + directory,
                    "It must be there, in files whose names begin with " + SYSTEM_PREFIX + '.');
        }
        files.addAll(system);
        files.addAll(undoTablespaces(directory));
        for (Path file : tablespaceFiles(directory)) {
            String relative = directory.relativize(file).toString();
            String announced = relative.equals("mysql.ibd") ? relative : "./" + relative;
            files.add(tablespace(file, announced));
        }
        for (Path other : others) {
            Path outside = other.toAbsolutePath().normalize();
            if (!Files.isDirectory(outside)) {
                throw new ColdDirectoryException(
                        outside + " is no directory", "Name directories that tablespaces lie in with --directories.");
            }
            if (!outside.startsWith(directory)) {
                files.addAll(undoTablespaces(outside));
                for (Path file : tablespaceFiles(outside)) {
                    files.add(tablespace(file, file.toString()));
                }
            }
        }
        requireDifferentSpaces(files);
        return files;
    }

    /** Announced by their base names, wherever they are. */
    private List<ColdFile> undoTablespaces(Path folder) throws IOException {
        List<ColdFile> files = new ArrayList<>();
        for (Path file : entries(folder)) {
            if (isFile(file) && isUndo(name(file))) {
                files.add(tablespace(file, name(file)));
            }
        }
        return files;
    }

    /** The files of the system tablespace. */
    static List<Path> systemFiles(Path directory) throws IOException {
        return entries(directory).stream()
                .filter(file -> isFile(file) && name(file).startsWith(SYSTEM_PREFIX))
                .toList();
    }

    /** Its files in order, which the number of their first pages tells. */
    private List<ColdFile> systemTablespace() throws IOException {
        Map<Path, FirstPage> found = new HashMap<>();
        for (Path file : systemFiles(directory)) {
            found.put(file, FirstPage.read(file));
        }
        List<ColdFile> files = new ArrayList<>();
        List<Map.Entry<Path, FirstPage>> ordered = found.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().pageNumber()))
                .toList();
        for (Map.Entry<Path, FirstPage> entry : ordered) {
            long size = Files.size(entry.getKey());
            files.add(new ColdFile(
                    entry.getKey(),
                    new SourceFile(
                            name(entry.getKey()),
                            SpaceIds.SYSTEM,
                            ordered.get(0).getValue().flags(),
                            size,
                            size,
                            fsBlockSize,
                            0)));
        }
        return files;
    }

    private ColdFile tablespace(Path file, String announced) throws IOException {
        FirstPage first = FirstPage.read(file);
        if (first.pageNumber() != 0 || !first.flags().isValid()) {
            throw new ColdDirectoryException(
                    file + " does not begin like a tablespace: page " + first.pageNumber() + ", flags " + first.flags(),
                    "If no server uses this file, move it away.");
        }
        long size = Files.size(file);
        int fileFlags = (first.flags().isEncrypted() ? FileDescriptor.FLAG_ENCRYPTED : 0)
                | CompressedPages.flagOf(file, first.flags(), fsBlockSize);
        return new ColdFile(
                file, new SourceFile(announced, first.spaceId(), first.flags(), size, size, fsBlockSize, fileFlags));
    }

    /** Everywhere but in the folders of the server's own. */
    private static List<Path> tablespaceFiles(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        collect(folder, files);
        return files;
    }

    private static void collect(Path folder, List<Path> files) throws IOException {
        for (Path entry : entries(folder)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && name(entry).charAt(0) != SERVERS_OWN) {
                collect(entry, files);
            } else if (isFile(entry) && name(entry).endsWith(TABLESPACE_SUFFIX)) {
                files.add(entry);
            }
        }
    }

    private static void requireDifferentSpaces(List<ColdFile> files) throws ColdDirectoryException {
        Map<Long, Path> spaces = new HashMap<>();
        for (ColdFile file : files) {
            long spaceId = file.source().spaceId();
            Path other = spaceId == SpaceIds.SYSTEM ? null : spaces.put(spaceId, file.path());
            if (other != null) {
                throw new ColdDirectoryException(
                        file.path() + " and " + other + " have one tablespace id, " + spaceId,
                        "One of them is a leftover; move it away.");
            }
        }
    }

    private static boolean isUndo(String name) {
        return name.startsWith(UNDO_PREFIX) && !name.endsWith(UNDO_MARK_SUFFIX) || name.endsWith(UNDO_SUFFIX);
    }

    private static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
