package org.jclone.provision.step;

import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** A source has purged what the clone or the donor lacks. */
final class PurgedException extends CloneException {

    private static final long serialVersionUID = 1L;

    PurgedException(String message) {
        super(Failure.Provisioning.PURGED.code(), message, Failure.Provisioning.PURGED.hint(), null);
    }
}
