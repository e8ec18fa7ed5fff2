package org.jclone.provision.server;

import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;

/** No login, or the connection broke, or the answer did not arrive in time; the session, if there was one, is unusable. */
public final class UnreachableException extends ServerException {

    private static final long serialVersionUID = 1L;

    private final String hint;
    private final boolean noListener;

    UnreachableException(CloneException failure) {
        super(failure.code(), number(failure), failure.getMessage(), failure);
        this.noListener = ServerConnector.foundNoListener(failure);
        this.hint = failure.code() == CloneErrorCode.CONNECTION_LOST ? "" : failure.hint();
    }

    private static int number(CloneException failure) {
        return failure instanceof DonorErrorException refusal ? refusal.donorError() : NO_NUMBER;
    }

    /** Whether there never was a session. */
    public boolean isBeforeLogin() {
        return code() != CloneErrorCode.CONNECTION_LOST;
    }

    /** Whether nothing listens at the address: no server runs there. */
    public boolean isNoListener() {
        return noListener;
    }

    @Override
    public String hint() {
        return hint;
    }
}
