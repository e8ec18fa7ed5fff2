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
 * Recognises the files that a clone creates in a data directory by name alone. After a crash of the machine an
 * unfinished clone may have files that its journal does not list. An operator, or a server that refused to start, may
 * have put other files beside them, which must not be deleted.
 */
public final class ClonedFiles {

    /** Suffix of a file that awaits its final name. */
    public static final String TEMPORARY_SUFFIX = ".#clone_ddl";

    private static final Pattern BASE_NAME =
            Pattern.compile("ibdata[0-9]+|undo_[0-9]{3}|ib_buffer_pool|ib_logfile[0-9]+|.+\\.ib[du]");
    private static final Pattern REDO_NAME = Pattern.compile("#ib_redo[0-9]+(_tmp)?");
    /** The folder of the redo log, from MySQL 8.0.30 on. */
    public static final String REDO_FOLDER = "#innodb_redo";

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
     * Lists all clone files in {@code root} and in its direct subfolders. Does not follow links, and treats an
     * unreadable folder as empty.
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

    /** Lists clone files in a separate directory for undo tablespaces, redo log or system tablespace. */
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

    /** Treats an unreadable folder, such as {@code lost+found}, as empty: the clone can read what it creates. */
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
