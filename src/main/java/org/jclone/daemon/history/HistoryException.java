package org.jclone.daemon.history;

import java.sql.SQLException;

/** The history cannot be read or written. Runs do not depend on it. */
public final class HistoryException extends Exception {

    private static final long serialVersionUID = 1L;

    HistoryException(String message, SQLException cause) {
        super(message, cause);
    }

    HistoryException(String message) {
        super(message);
    }
}
