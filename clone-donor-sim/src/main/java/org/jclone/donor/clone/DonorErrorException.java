package org.jclone.donor.clone;

import java.util.Set;
import org.jclone.protocol.clone.CloneError;

/**
 * Ends the current command with COM_RES_ERROR or, for some error numbers, by closing the socket without an error.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.5.10 and 3.7.
 */
public final class DonorErrorException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Source: docs/protocol/01-wire-protocol.md section 3.4. */
    private static final Set<Integer> PASSED_ON = Set.of(
            CloneError.ER_QUERY_INTERRUPTED,
            CloneError.ER_CLONE_DDL_IN_PROGRESS,
            CloneError.ER_CANT_CREATE_FILE,
            CloneError.ER_CANT_OPEN_FILE,
            CloneError.ER_ERROR_ON_READ,
            CloneError.ER_ERROR_ON_WRITE,
            CloneError.ER_FILE_EXISTS_ERROR,
            CloneError.ER_WRONG_VALUE);

    private final int errorCode;

    /** @param errorCode MySQL error number, see {@link CloneError} */
    public DonorErrorException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    public DonorErrorException(int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.errorCode = errorCode;
    }

    /** Reports a protocol violation by the peer. Closes the socket. */
    public static DonorErrorException protocol(String message) {
        return new DonorErrorException(CloneError.ER_CLONE_PROTOCOL, message);
    }

    /** Reports a failure that has no specific error number. */
    public static DonorErrorException internal(String message) {
        return new DonorErrorException(CloneError.ER_INTERNAL_ERROR, message);
    }

    /** Reports a lost connection. */
    public static DonorErrorException connectionLost() {
        return new DonorErrorException(CloneError.ER_NET_READ_ERROR, "the connection was lost");
    }

    public int errorCode() {
        return errorCode;
    }

    public boolean closesConnection() {
        return CloneError.closesConnection(errorCode);
    }

    /** Returns the error for the other tasks of the clone. Only some error numbers are passed on. */
    DonorErrorException forOtherTasks() {
        return closesConnection() || PASSED_ON.contains(errorCode)
                ? new DonorErrorException(errorCode, getMessage(), this)
                : new DonorErrorException(CloneError.ER_INTERNAL_ERROR, "another task failed: " + getMessage(), this);
    }
}
