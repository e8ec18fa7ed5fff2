package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jclone.recipient.api.StorageException;

/**
 * The files that a clone makes in a data directory, told by their names alone. After a crash of the machine an
 * unfinished clone may have files that its journal does not know; an operator, or a server that refused to start, may
 * have put others beside them, which are not ours to delete.
 */
public final class ClonedFiles {

    /** Of a file that awaits its final name. */
    public static final String TEMPORARY_SUFFIX = ".#clone_ddl";

    private static final Pattern BASE_NAME =
            Pattern.compile("ibdata[0-9]+|undo_[0-9]{3}|ib_buffer_pool|ib_logfile[0-9]+|.+\\.ib[du]");
    private static final Pattern REDO_NAME = Pattern.compile("#ib_redo[0-9]+(_tmp)?");
    private static final String REDO_FOLDER = "#innodb_redo";
    private static final String TABLESPACE_SUFFIX = ".ibd";

    private ClonedFiles() {}

    /** Whether {@link #in} finds the file. */
    public static boolean isKnownByName(Path root, Path file) {
        Path folder = file.getParent();
        String name = nameOf(file);
        if (name.endsWith(TEMPORARY_SUFFIX)) {
            name = name.substring(0, name.length() - TEMPORARY_SUFFIX.length());
        }
        if (folder.equals(root)) {
            return BASE_NAME.matcher(name).matches();
        }
        if (!root.equals(folder.getParent())) {
            return false;
        }
        return nameOf(folder).equals(REDO_FOLDER)
                ? REDO_NAME.matcher(name).matches()
                : name.endsWith(TABLESPACE_SUFFIX);
    }

    /**
     * All that are in {@code root} and in the folders directly in it. No link is followed, and a folder that may not be
     * read holds none.
     */
    public static List<Path> in(Path root) throws StorageException {
        List<Path> found = new ArrayList<>();
        for (Path entry : entries(root)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                entries(entry).stream()
                        .filter(file -> isKnownByName(root, file) && isFile(file))
                        .forEach(found::add);
            } else if (isKnownByName(root, entry) && isFile(entry)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Those in a directory apart from the data directory, for undo tablespaces, redo log or system tablespace. */
    public static List<Path> inApart(Path directory) throws StorageException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        return in(directory).stream()
                .filter(file -> !nameOf(file).endsWith(TABLESPACE_SUFFIX))
                .toList();
    }

    private static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }

    /** Empty if they may not be read, as those of {@code lost+found}: what we make we may read. */
    private static List<Path> entries(Path folder) throws StorageException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
            return entries;
        } catch (AccessDeniedException e) {
            return List.of();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", folder, -1, e);
        }
    }
}
