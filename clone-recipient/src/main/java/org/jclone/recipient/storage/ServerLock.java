package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;

/**
 * Detects whether a {@code mysqld} runs on a directory. A running server holds an exclusive lock ({@code fcntl}) on
 * each file of its system and undo tablespaces. Testing for a shared lock changes nothing.
 */
public final class ServerLock {

    private ServerLock() {}

    /** @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if a server runs there */
    public static void requireUnused(Path directory) throws CloneException {
        Optional<Path> locked = firstLocked(directory);
        if (locked.isPresent()) {
            throw Failure.TargetNotUsable.SERVER.exception(directory + " is in use: a mysqld holds a lock on "
                    + locked.get().getFileName());
        }
    }

    /** Returns whether a server runs there. */
    public static boolean isUsed(Path directory) throws StorageException {
        return firstLocked(directory).isPresent();
    }

    private static Optional<Path> firstLocked(Path directory) throws StorageException {
        for (Path file : lockedFiles(directory)) {
            if (isLocked(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static List<Path> lockedFiles(Path directory) throws StorageException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(path ->
                            path.getFileName().toString().matches("ibdata[0-9]+|mysql\\.ibd|undo_[0-9]{3}|.+\\.ibu"))
                    .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", directory, -1, e);
        }
    }

    private static boolean isLocked(Path file) throws StorageException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            throw StorageErrors.of("lock", file, -1, e);
        }
    }
}
