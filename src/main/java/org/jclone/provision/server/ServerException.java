package org.jclone.provision.server;

import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneErrorCode;

/** A statement failed. The message is one line, names the server, and contains no value of the statement. */
public abstract sealed class ServerException extends Exception permits RefusedException, UnreachableException {

    private static final long serialVersionUID = 1L;

    /** The number if the failure is no error of MySQL. */
    public static final int NO_NUMBER = 0;

    private final CloneErrorCode code;
    private final int number;

    ServerException(CloneErrorCode code, int number, String message, Throwable cause) {
        super(Printable.of(message), cause);
        this.code = code;
        this.number = number;
    }

    public CloneErrorCode code() {
        return code;
    }

    /** Returns MySQL's error number, or {@link #NO_NUMBER}. */
    public int number() {
        return number;
    }

    /** Returns one or two sentences about what to do next; can be empty. */
    public abstract String hint();
}
