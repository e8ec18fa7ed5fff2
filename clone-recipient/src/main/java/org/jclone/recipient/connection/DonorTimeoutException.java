package org.jclone.recipient.connection;

import java.time.Duration;

/** The donor did not answer in time: it accepted a connection without completing the login, or fell silent later. */
public final class DonorTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean atLogin;

    private DonorTimeoutException(boolean atLogin, String message) {
        super(message);
        this.atLogin = atLogin;
    }

    /** The donor accepted the connection, but the login did not complete in time. */
    static DonorTimeoutException login(Duration timeout) {
        return new DonorTimeoutException(true, "no complete login within " + timeout.toMillis() + " ms");
    }

    /** The donor sent nothing for too long. */
    public static DonorTimeoutException silence(Duration timeout) {
        return new DonorTimeoutException(false, "the donor has been silent for " + timeout.toSeconds() + " s");
    }

    boolean isAtLogin() {
        return atLogin;
    }
}
