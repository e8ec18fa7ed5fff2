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
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jclone.recipient.api.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes files and directories durably: they are on disk when a method returns. Modes are those of {@code mysqld}. */
public final class Durable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Durable.class);

    static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-r-----");
    static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwxr-x---");

    /** What {@link #replaceOwnFile} adds to a name while it writes. */
    public static final String TEMPORARY_SUFFIX = ".tmp";

    private Durable() {}

    /** Flushes a directory's entries. */
    public static void flushDirectory(Path directory) throws StorageException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("flush directory", directory, -1, e);
        }
    }

    /** Flushes a file's content. A file that no longer exists needs no flush. */
    public static void flushFile(Path file) throws StorageException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(false);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw StorageErrors.of("flush", file, -1, e);
        }
    }

    /** Creates one directory, not its parents, with mode 0750 regardless of the umask. */
    public static void createDirectory(Path directory) throws StorageException {
        try {
            Files.createDirectory(directory, mode(DIRECTORY_MODE));
            Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
        } catch (IOException e) {
            throw StorageErrors.of("create directory", directory, -1, e);
        }
    }

    /**
     * Gives a file or directory the owner and group of its directory, so that a server of another user can read it. If
     * this process may not do so, everybody can: use it only for what is no secret.
     */
    public static void belongToDirectory(Path path) throws StorageException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            PosixFileAttributes own = view.readAttributes();
            PosixFileAttributes wanted = Files.readAttributes(path.getParent(), PosixFileAttributes.class);
            if (own.owner().equals(wanted.owner()) && own.group().equals(wanted.group())) {
                return;
            }
            try {
                view.setGroup(wanted.group());
                view.setOwner(wanted.owner());
            } catch (IOException e) {
                Set<PosixFilePermission> all = EnumSet.copyOf(own.permissions());
                all.add(own.isDirectory() ? PosixFilePermission.OTHERS_EXECUTE : PosixFilePermission.OTHERS_READ);
                view.setPermissions(all);
            }
        } catch (IOException e) {
            throw StorageErrors.of("give to the owner of its directory", path, -1, e);
        }
    }

    /** Creates an empty file, which must not exist. The caller flushes the directory. */
    public static void createFile(Path file) throws StorageException {
        try {
            Files.createFile(file, mode(FILE_MODE));
            Files.setPosixFilePermissions(file, FILE_MODE);
        } catch (IOException e) {
            throw StorageErrors.of("create", file, -1, e);
        }
    }

    /**
     * Replaces a small file as a whole: writes and flushes a temporary file, renames it, flushes the directory. The
     * temporary name is random, because other programs keep files in that directory too.
     */
    public static void replaceFile(Path file, String content) throws StorageException {
        String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        writeAndRename(file.resolveSibling(file.getFileName() + ".jclone-" + suffix), file, content, true);
        flushDirectory(file.getParent());
    }

    /**
     * Replaces a file with a name of jclone's own, in a directory that this process has locked. The temporary name is
     * fixed, so that killed processes leave at most one file, which the next one replaces.
     */
    public static void replaceOwnFile(Path file, String content) throws StorageException {
        replaceOwnFile(file, content, true);
        flushDirectory(file.getParent());
    }

    /** Does the same without waiting for the disk, for files that correctness does not depend on. */
    public static void replaceOwnFileUnflushed(Path file, String content) throws StorageException {
        replaceOwnFile(file, content, false);
    }

    private static void replaceOwnFile(Path file, String content, boolean flush) throws StorageException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
        delete(temporary);
        writeAndRename(temporary, file, content, flush);
    }

    private static void writeAndRename(Path temporary, Path file, String content, boolean flush)
            throws StorageException {
        boolean renamed = false;
        try {
            write(temporary, content, flush);
            rename(temporary, file);
            renamed = true;
        } finally {
            if (!renamed) {
                tryToDelete(temporary);
            }
        }
    }

    private static void write(Path file, String content, boolean flush) throws StorageException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                mode(FILE_MODE))) {
            Files.setPosixFilePermissions(file, FILE_MODE);
            FileIo.write(channel, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
            if (flush) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw StorageErrors.of("write", file, -1, e);
        }
    }

    /** Cleans up after another failure, which is the one to report. */
    private static void tryToDelete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOGGER.atDebug().addKeyValue("file", file).setCause(e).log("cannot delete a temporary file");
        }
    }

    /** Renames within one file system, and replaces an existing file of the new name. */
    public static void rename(Path from, Path to) throws StorageException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw StorageErrors.of("rename (across file systems) " + from + " to", to, -1, e);
        } catch (IOException e) {
            throw StorageErrors.of("rename " + from + " to", to, -1, e);
        }
    }

    /** Deletes a file if it exists. */
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
