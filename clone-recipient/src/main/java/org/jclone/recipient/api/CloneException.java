package org.jclone.recipient.api;

import java.util.Objects;
import org.jclone.protocol.text.Printable;

/**
 * A clone failed. The message says what happened and where, {@link #hint()} what to do next. Both are one
 * line without control characters, whatever a donor put into them. Subclasses carry what a caller may want to look at;
 * a plain {@code CloneException} is complete as it is.
 */
public class CloneException extends Exception {

    private static final long serialVersionUID = 1L;

    private final CloneErrorCode code;
    private final String hint;

    /**
     * @param message what happened, in lower case and without full stop
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
