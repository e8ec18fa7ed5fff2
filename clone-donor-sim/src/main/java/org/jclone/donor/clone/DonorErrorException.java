package org.jclone.donor.clone;

import java.util.Set;
import org.jclone.protocol.clone.CloneError;

/**
 * Ends the command that is under way: with COM_RES_ERROR, or for some numbers without a word by closing the socket.
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

    /** @param errorCode of MySQL, see {@link CloneError} */
    public DonorErrorException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    public DonorErrorException(int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.errorCode = errorCode;
    }

    /** The peer broke the protocol: the socket will be closed. */
    public static DonorErrorException protocol(String message) {
        return new DonorErrorException(CloneError.ER_CLONE_PROTOCOL, message);
    }

    /** There is no number for this failure in particular. */
    public static DonorErrorException internal(String message) {
        return new DonorErrorException(CloneError.ER_INTERNAL_ERROR, message);
    }

    /** The connection is gone. */
    public static DonorErrorException connectionLost() {
        return new DonorErrorException(CloneError.ER_NET_READ_ERROR, "the connection is gone");
    }

    public int errorCode() {
        return errorCode;
    }

    public boolean closesConnection() {
        return CloneError.closesConnection(errorCode);
    }

    /** What the other tasks of the clone end with; only some numbers are passed on. */
    DonorErrorException forOtherTasks() {
        return closesConnection() || PASSED_ON.contains(errorCode)
                ? new DonorErrorException(errorCode, getMessage(), this)
                : new DonorErrorException(CloneError.ER_INTERNAL_ERROR, "another task failed: " + getMessage(), this);
    }
}
