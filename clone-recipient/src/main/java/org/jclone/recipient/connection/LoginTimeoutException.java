package org.jclone.recipient.connection;

import java.time.Duration;

/** The donor accepted the connection, but the login did not complete in time. */
final class LoginTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LoginTimeoutException(Duration timeout) {
        super("no complete login within " + timeout.toMillis() + " ms");
    }
}
