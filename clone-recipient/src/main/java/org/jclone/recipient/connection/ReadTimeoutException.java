package org.jclone.recipient.connection;

import java.time.Duration;

/** The donor sent nothing for too long. */
public final class ReadTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ReadTimeoutException(Duration timeout) {
        super("the donor has been silent for " + timeout.toSeconds() + " s");
    }
}
