package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;

/** Turns file system exceptions into errors with a hint. */
public final class StorageErrors {

    private StorageErrors() {}

    /**
     * @param action what was tried, such as {@code "write"}
     * @param offset byte offset in the file, or -1
     */
    public static StorageException of(String action, Path path, long offset, IOException cause) {
        String where = offset < 0 ? path.toString() : path + " at offset " + offset;
        Failure failure = failure(action, cause);
        String message = failure == Failure.Aborted.INTERRUPTED
                ? "interrupted: cannot " + action + ' ' + where
                : "cannot " + action + ' ' + where + ": " + FileReason.of(cause);
        return new StorageException(failure.code(), message, failure.hint(path.getParent()), path, offset, cause);
    }

    private static Failure failure(String action, IOException cause) {
        String reason = FileReason.of(cause);
        if (isDiskFull(reason)) {
            return Failure.DiskFull.FULL;
        }
        if (cause instanceof ClosedByInterruptException || cause instanceof FileLockInterruptionException) {
            return Failure.Aborted.INTERRUPTED;
        }
        if (cause instanceof AccessDeniedException || reason.contains("Permission denied")) {
            return Failure.Storage.DENIED;
        }
        if (reason.contains("Read-only file system")) {
            return Failure.Storage.READ_ONLY;
        }
        if (reason.contains("Too many open files")) {
            return Failure.Storage.DESCRIPTORS;
        }
        boolean cannotCreate = action.startsWith("create") && !reason.contains("Input/output error");
        return cannotCreate ? Failure.Storage.CREATE : Failure.General.STORAGE;
    }

    private static boolean isDiskFull(String reason) {
        return reason.contains("No space left on device") || reason.contains("Disk quota exceeded");
    }
}
