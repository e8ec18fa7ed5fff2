package org.jclone.recipient;

import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.session.CheckSession;

/**
 * Looks at a donor, and at the target if there is one, for what would stop or spoil a clone. It takes seconds, starts
 * no clone, changes nothing, and works with an account that may clone; what such an account does not see is named as
 * not checked.
 */
public final class DonorCheck {

    private final CloneRequest request;

    /** @param request also one of {@link CloneRequest.Builder#buildForCheck()} */
    public DonorCheck(CloneRequest request) {
        this.request = request;
    }

    /**
     * Runs all checks; what goes wrong is part of the report. Wipes the passwords of the request, as a clone does: for
     * a clone after the check see {@link CloneRequest#withOwnPasswords()}.
     */
    public CheckReport run() {
        return new CheckSession(request).run();
    }
}
