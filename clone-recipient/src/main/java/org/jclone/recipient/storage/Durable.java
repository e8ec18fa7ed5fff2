package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jclone.recipient.api.StorageException;

/** Files and directories that are on disk when a method returns. Modes are those of {@code mysqld}: 0640 and 0750. */
public final class Durable {

    static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-r-----");
    static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwxr-x---");

    private Durable() {}

    /** Flushes a directory's entries. */
    public static void flushDirectory(Path directory) throws StorageException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("flush directory", directory, -1, e);
        }
    }

    /** Flushes what was written to a file; one that is gone meanwhile needs no flush. */
    public static void flushFile(Path file) throws StorageException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(false);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw StorageErrors.of("flush", file, -1, e);
        }
    }

    /** Makes one directory, not its parents, with mode 0750 whatever the umask. */
    public static void createDirectory(Path directory) throws StorageException {
        try {
            Files.createDirectory(directory, mode(DIRECTORY_MODE));
            Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
        } catch (IOException e) {
            throw StorageErrors.of("create directory", directory, -1, e);
        }
    }

    /** Makes an empty file that must not exist yet. The caller flushes the directory. */
    public static void createFile(Path file) throws StorageException {
        try {
            Files.createFile(file, mode(FILE_MODE));
            Files.setPosixFilePermissions(file, FILE_MODE);
        } catch (IOException e) {
            throw StorageErrors.of("create", file, -1, e);
        }
    }

    /** Replaces a small file as a whole: temporary name, flush, rename, flush of the directory. */
    public static void replaceFile(Path file, String content) throws StorageException {
        writeAndRename(file, content, true);
        flushDirectory(file.getParent());
    }

    /** Replaces a small file as a whole without waiting for the disk: for what no correctness depends on. */
    public static void replaceFileUnflushed(Path file, String content) throws StorageException {
        writeAndRename(file, content, false);
    }

    private static void writeAndRename(Path file, String content, boolean flush) throws StorageException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                    mode(FILE_MODE))) {
                ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (flush) {
                    channel.force(true);
                }
            }
            Files.setPosixFilePermissions(temporary, FILE_MODE);
        } catch (IOException e) {
            throw StorageErrors.of("write", temporary, -1, e);
        }
        rename(temporary, file);
    }

    /** Renames within one file system, replacing what bears the new name. */
    public static void rename(Path from, Path to) throws StorageException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw StorageErrors.of("rename (across file systems) " + from + " to", to, -1, e);
        } catch (IOException e) {
            throw StorageErrors.of("rename " + from + " to", to, -1, e);
        }
    }

    /** Removes a file if it is there. */
    public static void delete(Path file) throws StorageException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw StorageErrors.of("delete", file, -1, e);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
