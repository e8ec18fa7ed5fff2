package org.jclone.recipient.api;

import java.util.Objects;
import org.jclone.protocol.text.Printable;

/**
 * A clone failed. The message says what happened and where, {@link #hint()} what to do next. Both are one
 * line without control characters, even if text of the donor contains some. Subclasses carry details that a caller may evaluate; a plain {@code CloneException} has none.
 */
public class CloneException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The kind of failure. */
    private final CloneErrorCode code;

    /** What to do. */
    private final String hint;

    /**
     * @param message what happened, beginning in lower case, without a full stop
     * @param hint what to do next, a sentence or two
     * @param code the kind of failure
     */
    public CloneException(CloneErrorCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    /**
     * Makes a failure with a cause.
     *
     * @param code the kind of failure
     * @param message what happened
     * @param hint what to do
     * @param cause the failure that led to it
     */
    public CloneException(CloneErrorCode code, String message, String hint, Throwable cause) {
        super(message == null ? null : Printable.of(message), cause);
        this.code = Objects.requireNonNull(code, "code");
        this.hint = Printable.of(Objects.requireNonNull(hint, "hint"));
    }

    /** {@return the kind of failure, for programs} */
    public CloneErrorCode code() {
        return code;
    }

    /** {@return what to do, for people} */
    public String hint() {
        return hint;
    }
}
