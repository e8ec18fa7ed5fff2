package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ensures that one clone at a time works on a directory, from before its first check until the last change. A second
 * clone is refused and changes nothing.
 */
public final class DirectoryLock {

    /** The lock file's name in the directory. A server ignores names that begin with a dot. */
    public static final String NAME = ".jclone-lock";

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryLock.class);

    /** Retries when another process removes the directory it created. */
    private static final int MAX_ATTEMPTS = 20;

    private DirectoryLock() {}

    /** The work to do while the lock is held. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws CloneException;
    }

    /**
     * Runs {@code work}. Creates a missing directory first, and removes it afterwards if it is empty then.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} if another clone runs there
     */
    public static <T> T holding(Path directory, Work<T> work) throws CloneException {
        boolean made = false;
        Optional<LockFile> lock = Optional.empty();
        try {
            for (int attempt = 1; lock.isEmpty(); attempt++) {
                made |= make(directory);
                lock = tryTake(directory, attempt == MAX_ATTEMPTS);
            }
            return work.run();
        } finally {
            lock.ifPresent(LockFile::close);
            if (made) {
                removeIfEmpty(directory);
            }
        }
    }

    /** Returns false if the directory already exists. */
    private static boolean make(Path directory) throws StorageException {
        if (Files.isDirectory(directory)) {
            return false;
        }
        try {
            Durable.createDirectory(directory);
        } catch (StorageException e) {
            if (Files.isDirectory(directory)) { // another process created it first
                return false;
            }
            throw e;
        }
        Durable.flushDirectory(directory.getParent());
        return true;
    }

    /** Empty if the directory no longer exists. */
    private static Optional<LockFile> tryTake(Path directory, boolean last) throws CloneException {
        try {
            Optional<LockFile> lock = LockFile.tryTake(directory.resolve(NAME));
            if (lock.isPresent()) {
                return lock;
            }
        } catch (NoSuchFileException e) {
            if (!last) {
                return Optional.empty();
            }
            throw StorageErrors.of("lock", directory.resolve(NAME), -1, e);
        } catch (IOException e) {
            throw StorageErrors.of("lock", directory.resolve(NAME), -1, e);
        }
        throw Failure.TargetNotUsable.OTHER_CLONE.exception(directory + " is being cloned into by another jclone");
    }

    private static void removeIfEmpty(Path directory) {
        try {
            Files.delete(directory);
        } catch (IOException e) {
            LOGGER.atTrace().addKeyValue("directory", directory).log("the directory is not removed");
        }
    }
}
