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
import java.util.Set;
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
    private static final String UNDO_PREFIX = "undo_";
    private static final String UNDO_SUFFIX = ".ibu";
    private static final String UNDO_MARK_SUFFIX = ".log";
    private static final String LOST_AND_FOUND = "lost+found";
    private static final char SERVERS_OWN = '#';

    private final Path directory;
    private final long fsBlockSize;

    /** The data directory and those outside of it. */
    private final Set<Path> roots = new HashSet<>();

    /** All files of the data directory, but for the folders of the server's own. */
    private final List<Path> inside = new ArrayList<>();

    /** Those of the directories outside of it. */
    private final List<Path> outside = new ArrayList<>();

    /** @param others directories outside of it that have tablespaces */
    ColdFiles(Path directory, List<Path> others) throws IOException {
        this.directory = directory;
        fsBlockSize = blockSize(directory);
        roots.add(directory);
        collect(directory, inside);
        Path real = directory.toRealPath();
        for (Path other : others) {
            Path folder = other.toAbsolutePath().normalize();
            if (!Files.isDirectory(folder)) {
                throw new ColdDirectoryException(
                        folder + " is no directory", "Name directories that tablespaces lie in with --directories.");
            }
            if (!folder.toRealPath().startsWith(real)) {
                roots.add(folder);
                collect(folder, outside);
            }
        }
    }

    /** Where the file system cannot be asked, as in a chroot, it is like others. */
    private static long blockSize(Path directory) {
        try {
            return Files.getFileStore(directory).getBlockSize();
        } catch (IOException | UnsupportedOperationException e) {
            return SourceFile.DEFAULT_FS_BLOCK_SIZE;
        }
    }

    /** Files that may belong to the system tablespace: all whose names say nothing else. */
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

    /** Announced by their base names, wherever they are. */
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
                    file + " does not begin like a tablespace: page " + first.pageNumber() + ", flags " + first.flags(),
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

    /** The one directory of an ext4 file system that only root may read. */
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
                        file.path() + " and " + other + " have one tablespace id, " + spaceId,
                        "One of them is a leftover; move it away.");
            }
            Path namesake = names.put(file.source().name(), file.path());
            if (namesake != null) {
                throw new ColdDirectoryException(
                        file.path() + " and " + namesake + " have one name, and a clone has both in one directory",
                        "Start a server on the directory, make one of them anew under another name, and shut it down.");
            }
        }
    }

    /** Those that a server makes by itself lie in the directory itself; a table may have such a name, too. */
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
