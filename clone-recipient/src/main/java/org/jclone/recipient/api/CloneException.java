package org.jclone.recipient.api;

import java.util.Objects;
import org.jclone.protocol.text.Printable;

/**
 * A clone failed. The message says what happened and where, {@link #hint()} what to do next. Both are one
 * line without control characters, even if text of the donor contains some. Subclasses carry details that a caller may evaluate; a plain {@code CloneException} has none.
 */
public class CloneException extends Exception {

    private static final long serialVersionUID = 1L;

    private final CloneErrorCode code;
    private final String hint;

    /**
     * @param message what happened, beginning in lower case, without a full stop
     * @param hint what to do next, a sentence or two
     */
    public CloneException(CloneErrorCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    public CloneException(CloneErrorCode code, String message, String hint, Throwable cause) {
        super(message == null ? null : Printable.of(message), cause);
        this.code = Objects.requireNonNull(code, "code");
        this.hint = Printable.of(Objects.requireNonNull(hint, "hint"));
    }

    public CloneErrorCode code() {
        return code;
    }

    public String hint() {
        return hint;
    }
}
