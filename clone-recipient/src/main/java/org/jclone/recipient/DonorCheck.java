package org.jclone.recipient;

import java.util.EnumSet;
import java.util.Set;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.session.CheckSession;

/**
 * Checks a donor, and the target if there is one, for problems that would make a clone fail or yield an unusable copy. It takes seconds, starts no clone and changes nothing. Any account that may clone can run it; the report lists what the account cannot see as not checked.
 */
public final class DonorCheck {

    private final CloneRequest request;

    /** @param request a request for a clone, or one from {@link CloneRequest.Builder#buildForCheck()} */
    public DonorCheck(CloneRequest request) {
        this.request = request;
    }

    /**
     * Runs all checks; failures are part of the report. Wipes the passwords of the request, as a clone does: to clone after the check, see {@link CloneRequest#withOwnPasswords()}.
     *
     * @return all findings
     */
    public CheckReport run() {
        return run(EnumSet.allOf(CheckItem.class));
    }

    /**
     * Runs only these checks of the donor, and those of the connection.
     *
     * @param items the checks
     * @return all findings
     */
    public CheckReport run(Set<CheckItem> items) {
        return new CheckSession(request, System::nanoTime).run(items);
    }
}
