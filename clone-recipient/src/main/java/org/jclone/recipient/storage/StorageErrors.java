package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Explanations;

/** Turns file system exceptions into errors with a hint. */
public final class StorageErrors {

    private StorageErrors() {}

    /**
     * @param action what was tried, such as {@code "write"}
     * @param offset byte offset in the file, or -1
     */
    public static StorageException of(String action, Path path, long offset, IOException cause) {
        String where = offset < 0 ? path.toString() : path + " at offset " + offset;
        String reason = reason(cause);
        if (isDiskFull(reason)) {
            return new StorageException(
                    CloneErrorCode.DISK_FULL,
                    "cannot " + action + ' ' + where + ": " + reason,
                    Explanations.hint("DISK_FULL", "full").replace("DIR", String.valueOf(path.getParent())),
                    path,
                    offset,
                    cause);
        }
        if (cause instanceof ClosedByInterruptException || cause instanceof FileLockInterruptionException) {
            return new StorageException(
                    CloneErrorCode.ABORTED,
                    "interrupted: cannot " + action + ' ' + where,
                    Explanations.hint("ABORTED", "interrupted"),
                    path,
                    offset,
                    cause);
        }
        String hint;
        if (cause instanceof AccessDeniedException || reason.contains("Permission denied")) {
            hint = Explanations.hint("STORAGE", "denied").replace("DIR", String.valueOf(path.getParent()));
        } else if (reason.contains("Read-only file system")) {
            hint = Explanations.hint("STORAGE", "read-only");
        } else if (reason.contains("Too many open files")) {
            hint = Explanations.hint("STORAGE", "descriptors");
        } else if (action.startsWith("create") && !reason.contains("Input/output error")) {
            hint = Explanations.hint("STORAGE", "create");
        } else {
            hint = Explanations.hint("STORAGE");
        }
        return new StorageException(
                CloneErrorCode.STORAGE, "cannot " + action + ' ' + where + ": " + reason, hint, path, offset, cause);
    }

    private static boolean isDiskFull(String reason) {
        return reason.contains("No space left on device") || reason.contains("Disk quota exceeded");
    }

    private static String reason(IOException cause) {
        if (cause instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
            return fileSystem.getReason();
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "it already exists";
        }
        if (cause instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (cause instanceof AccessDeniedException) {
            return "Permission denied";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
