package org.jclone.donor.cold;

import java.io.IOException;

/**
 * A directory cannot be served: it is not a data directory, is in use, was not shut down cleanly, or has an unknown
 * format.
 */
public final class ColdDirectoryException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What to do. */
    private final String hint;

    ColdDirectoryException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /** What to do about it. */
    public String hint() {
        return hint;
    }
}
