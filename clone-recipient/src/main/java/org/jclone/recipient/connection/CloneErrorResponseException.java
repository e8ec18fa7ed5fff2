package org.jclone.recipient.connection;

import org.jclone.protocol.clone.response.ErrorResponse;

/** The donor answered a clone command with COM_RES_ERROR. */
public final class CloneErrorResponseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorResponse response;

    CloneErrorResponseException(ErrorResponse response) {
        super(response.errorCode() + ": " + response.message());
        this.response = response;
    }

    ErrorResponse response() {
        return response;
    }
}
