package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * Finds the files of a clone: the buffer pool dump, then the system tablespace, undo tablespaces, and all {@code .ibd}
 * files. Temporary tablespaces, doublewrite files, redo and the files of other engines are left out.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 0, 4.1 and 12.
 */
final class ColdFiles {

    private static final String TABLESPACE_SUFFIX = ".ibd";
    private static final String UNDO_PREFIX = "undo_";
    private static final String UNDO_SUFFIX = ".ibu";
    private static final String UNDO_MARK_SUFFIX = ".log";
    private static final String LOST_AND_FOUND = "lost+found";
    private static final char SERVERS_OWN = '#';

    private final Path directory;
    private final long fsBlockSize;

    /** The data directory and the directories outside of it. */
    private final Set<Path> roots = new HashSet<>();

    /** All files of the data directory, except in the server's own folders. */
    private final List<Path> inside = new ArrayList<>();

    /** The files of the directories outside of it. */
    private final List<Path> outside = new ArrayList<>();

    /** @param others directories outside of the data directory that contain tablespaces */
    ColdFiles(Path directory, List<Path> others) throws IOException {
        this.directory = directory;
        fsBlockSize = blockSize(directory);
        roots.add(directory);
        collect(directory, inside);
        Path real = directory.toRealPath();
        Map<Path, Path> collected = new HashMap<>();
        for (Map.Entry<Path, Path> other : byRealPath(others).entrySet()) {
            if (other.getKey().startsWith(real)) {
                continue;
            }
            Optional<Path> outer = collected.keySet().stream()
                    .filter(other.getKey()::startsWith)
                    .findAny();
            if (outer.isPresent()) { // its files are known already
                roots.add(collected.get(outer.get()).resolve(outer.get().relativize(other.getKey())));
            } else {
                roots.add(other.getValue());
                collect(other.getValue(), outside);
                collected.put(other.getKey(), other.getValue());
            }
        }
    }

    /** Returns the directories as they are named, by their real paths: each before those inside it. */
    private static SortedMap<Path, Path> byRealPath(List<Path> directories) throws IOException {
        SortedMap<Path, Path> byRealPath = new TreeMap<>();
        for (Path each : directories) {
            Path folder = each.toAbsolutePath().normalize();
            if (!Files.isDirectory(folder)) {
                throw new ColdDirectoryException(
                        folder + " is not a directory", "Name the directories of tablespaces with --directories.");
            }
            byRealPath.putIfAbsent(folder.toRealPath(), folder);
        }
        return byRealPath;
    }

    /** Returns the block size, or the common one where the file system does not tell it, such as in a chroot. */
    private static long blockSize(Path directory) {
        try {
            return Files.getFileStore(directory).getBlockSize();
        } catch (IOException | UnsupportedOperationException e) {
            return SourceFile.DEFAULT_FS_BLOCK_SIZE;
        }
    }

    /** Returns the files that may belong to the system tablespace: all whose names do not say otherwise. */
    List<Path> systemCandidates() {
        return Stream.concat(inside.stream(), outside.stream())
                .filter(file -> !name(file).endsWith(TABLESPACE_SUFFIX) && !isUndo(file))
                .toList();
    }

    List<ColdFile> list(SystemTablespace system) throws IOException {
        List<ColdFile> files = new ArrayList<>();
        Path dump = directory.resolve(SourceFile.BUFFER_POOL_DUMP);
        if (isFile(dump)) {
            files.add(new ColdFile(dump, SourceFile.bufferPoolDump(Files.size(dump))));
        }
        for (Path file : system.paths()) {
            long size = Files.size(file);
            files.add(new ColdFile(
                    file,
                    new SourceFile(
                            name(file), SpaceIds.SYSTEM, system.firstPage().flags(), size, size, fsBlockSize, 0)));
        }
        files.addAll(undoTablespaces());
        for (Path file : inside) {
            if (name(file).endsWith(TABLESPACE_SUFFIX)) {
                String relative = directory.relativize(file).toString();
                files.add(tablespace(file, relative.equals("mysql.ibd") ? relative : "./" + relative));
            }
        }
        for (Path file : outside) {
            if (name(file).endsWith(TABLESPACE_SUFFIX)) {
                files.add(tablespace(file, file.toString()));
            }
        }
        requireDifferent(files);
        return files;
    }

    /** Finds undo tablespaces in all directories. They are announced by their base names. */
    private List<ColdFile> undoTablespaces() throws IOException {
        List<ColdFile> files = new ArrayList<>();
        for (Path file : Stream.concat(inside.stream(), outside.stream()).toList()) {
            if (isUndo(file)) {
                files.add(tablespace(file, name(file)));
            }
        }
        return files;
    }

    private ColdFile tablespace(Path file, String announced) throws IOException {
        FirstPage first = FirstPage.read(file);
        if (first.pageNumber() != 0 || !first.flags().isValid()) {
            throw new ColdDirectoryException(
                    file + " does not begin with a tablespace header: page " + first.pageNumber() + ", flags "
                            + first.flags(),
                    "If no server uses this file, move it away.");
        }
        long size = Files.size(file);
        int fileFlags = (first.flags().isEncrypted() ? FileDescriptor.FLAG_ENCRYPTED : 0)
                | CompressedPages.flagOf(file, first.flags(), fsBlockSize);
        return new ColdFile(
                file, new SourceFile(announced, first.spaceId(), first.flags(), size, size, fsBlockSize, fileFlags));
    }

    private static void collect(Path folder, List<Path> files) throws IOException {
        for (Path entry : entries(folder)) {
            if (isFile(entry)) {
                files.add(entry);
            } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && name(entry).charAt(0) != SERVERS_OWN
                    && !isForeign(entry)) {
                collect(entry, files);
            }
        }
    }

    /** Returns whether this is lost+found of ext4, which only root may read. */
    private static boolean isForeign(Path folder) {
        return name(folder).equals(LOST_AND_FOUND) && !Files.isReadable(folder);
    }

    private static void requireDifferent(List<ColdFile> files) throws ColdDirectoryException {
        Map<Long, Path> spaces = new HashMap<>();
        Map<String, Path> names = new HashMap<>();
        for (ColdFile file : files) {
            long spaceId = file.source().spaceId();
            Path other = spaceId == SpaceIds.SYSTEM ? null : spaces.put(spaceId, file.path());
            if (other != null) {
                throw new ColdDirectoryException(
                        file.path() + " and " + other + " have the same tablespace id, " + spaceId,
                        "One of them is a leftover; move it away.");
            }
            Path namesake = names.put(file.source().name(), file.path());
            if (namesake != null) {
                throw new ColdDirectoryException(
                        file.path() + " and " + namesake
                                + " have the same name, and a clone puts both into one directory",
                        "Start a server on the directory, recreate one of them under another name, and shut it down.");
            }
        }
    }

    /** Undo tablespaces that the server creates lie in the data directory itself. A table may have such a name, too. */
    private boolean isUndo(Path file) {
        String name = name(file);
        boolean own = roots.contains(file.getParent())
                && name.startsWith(UNDO_PREFIX)
                && !name.endsWith(UNDO_MARK_SUFFIX)
                && !name.endsWith(TABLESPACE_SUFFIX);
        return own || name.endsWith(UNDO_SUFFIX);
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
