package org.jclone.recipient.connection;

import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** Another server answers at the donor's address. The donor may still hold the snapshot. */
public final class OtherServerException extends CloneException {

    private static final long serialVersionUID = 1L;

    OtherServerException(String message) {
        super(Failure.ConnectFailed.OTHER_SERVER.code(), message, Failure.ConnectFailed.OTHER_SERVER.hint());
    }
}
