package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that has one holder at a time, among all machines that share its file system. It is locked ({@code fcntl})
 * while held, and deleted on release. A file left by a killed process is not locked, and is taken over.
 */
public final class LockFile implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LockFile.class);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");

    /**
     * The lock files held by this process. They must not even be opened: closing any channel of a file releases all
     * locks that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private LockFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Tries to take the lock; empty if another holder has it.
     *
     * @throws NoSuchFileException if the folder is missing
     */
    public static Optional<LockFile> tryTake(Path file) throws IOException {
        Path path = file.getParent().toRealPath().resolve(file.getFileName());
        if (!HELD.add(path)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        try {
            channel = lock(path);
            return Optional.ofNullable(channel).map(locked -> new LockFile(path, locked));
        } finally {
            if (channel == null) {
                HELD.remove(path);
            }
        }
    }

    /**
     * Null if another process has it. The file may be deleted and recreated before we lock it, so compare its identity
     * before and after. (While it is open, no other file can have the same identity.)
     */
    private static FileChannel lock(Path path) throws IOException {
        while (true) {
            Map<String, Object> before = make(path);
            FileChannel channel = null;
            boolean kept = false;
            try {
                channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    return null;
                }
                kept = before.equals(identity(path));
                if (kept) {
                    return channel;
                }
            } catch (NoSuchFileException e) {
                LOGGER.atTrace().addKeyValue("file", path).log("removed before it was locked");
            } finally {
                if (channel != null && !kept) {
                    channel.close();
                }
            }
        }
    }

    /** Creates the file if it is missing, and returns its identity. */
    private static Map<String, Object> make(Path path) throws IOException {
        Map<String, Object> found = identity(path);
        while (found.isEmpty()) {
            try {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(MODE));
            } catch (FileAlreadyExistsException e) {
                LOGGER.atTrace().addKeyValue("file", path).log("created by another process");
            }
            found = identity(path);
        }
        return found;
    }

    /** Returns the identity of the file at this path; empty if there is none. */
    private static Map<String, Object> identity(Path path) throws IOException {
        try {
            return Files.readAttributes(path, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Map.of();
        }
    }

    /** Releases the lock. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            Files.deleteIfExists(path); // while we still hold the lock
        } catch (IOException e) {
            LOGGER.atDebug()
                    .addKeyValue("file", path)
                    .setCause(e)
                    .log("cannot delete a lock file, which is no longer locked");
        } finally {
            HELD.remove(path);
        }
    }
}
