package org.jclone.provision.server;

import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;

/** The login failed, the connection broke, or the answer did not arrive in time. The session is unusable. */
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

    /** Whether the login failed, so that there was no session. */
    public boolean isBeforeLogin() {
        return code() != CloneErrorCode.CONNECTION_LOST;
    }

    /** Whether nothing listens at the address. */
    public boolean isNoListener() {
        return noListener;
    }

    @Override
    public String hint() {
        return hint;
    }
}
