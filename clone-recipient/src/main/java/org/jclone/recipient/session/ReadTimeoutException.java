package org.jclone.recipient.session;

import java.time.Duration;

/** The donor said nothing for too long. */
final class ReadTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReadTimeoutException(Duration timeout) {
        super("the donor has been silent for " + timeout.toSeconds() + " s");
    }
}
