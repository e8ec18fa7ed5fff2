package org.jclone.recipient.api;

import java.nio.file.Path;

/** The target's storage failed, is full, or is in an unexpected state. */
public final class StorageException extends CloneException {

    private static final long serialVersionUID = 1L;

    private final transient Path path;

    /** Where in the file. */
    private final long offset;

    /**
     * @param path the file or directory concerned
     * @param offset byte offset in the file, or -1 if there is none
     * @param code the kind of failure
     * @param message what happened
     * @param hint what to do
     * @param cause the failure of the operation
     */
    public StorageException(CloneErrorCode code, String message, String hint, Path path, long offset, Throwable cause) {
        super(code, message, hint, cause);
        this.path = path;
        this.offset = offset;
    }

    /** {@return the file or directory} */
    public Path path() {
        return path;
    }

    /** {@return where in the file; -1 if that does not apply} */
    public long offset() {
        return offset;
    }
}
