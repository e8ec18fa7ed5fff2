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
 * A file that one holder at a time has, on this machine or on any that shares its file system: locked ({@code fcntl})
 * as long as it is held, and removed afterwards. What a process leaves that was killed is locked by nobody, and is
 * taken over.
 */
public final class LockFile implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LockFile.class);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");

    /**
     * Those of this process, which must not even be opened: closing any channel of a file takes away all locks that the
     * process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private LockFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Empty if somebody else has it.
     *
     * @throws NoSuchFileException if its folder is missing
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
     * Null if another process has it. Who had it may remove it before we have the lock, and somebody else make another
     * one; so what lies there then must be what lay there before it was opened. (As long as it is open, no other file
     * is taken for it.)
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
                LOGGER.atTrace().addKeyValue("file", path).log("removed meanwhile");
            } finally {
                if (channel != null && !kept) {
                    channel.close();
                }
            }
        }
    }

    /** Makes it if it is missing; returns what lies there. */
    private static Map<String, Object> make(Path path) throws IOException {
        Map<String, Object> found = identity(path);
        while (found.isEmpty()) {
            try {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(MODE));
            } catch (FileAlreadyExistsException e) {
                LOGGER.atTrace().addKeyValue("file", path).log("made by somebody else");
            }
            found = identity(path);
        }
        return found;
    }

    /** Of what lies there now; empty if nothing does. */
    private static Map<String, Object> identity(Path path) throws IOException {
        try {
            return Files.readAttributes(path, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Map.of();
        }
    }

    /** Lets others have it. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            Files.deleteIfExists(path); // as long as it is ours
        } catch (IOException e) {
            LOGGER.atDebug().addKeyValue("file", path).setCause(e).log("a lock file stays, locked by nobody");
        } finally {
            HELD.remove(path);
        }
    }
}
