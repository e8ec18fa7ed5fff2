package org.jclone.provision.step;

import java.util.concurrent.atomic.AtomicReference;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;

/** CLONE: copies the donor beside the old data, and resumes a copy that an earlier run left. */
public final class Copy {

    private final Run run;
    private final AtomicReference<CloneRecipient> running;

    /** @param running set while the copy runs, so that another thread can stop it */
    public Copy(Run run, AtomicReference<CloneRecipient> running) {
        this.run = run;
        this.running = running;
    }

    public void run() throws CloneException {
        CloneRequest request = run.request().copy().withOwnPasswords();
        try (CloneRecipient recipient = new CloneRecipient(request, run.listener())) {
            running.set(recipient);
            CloneResult result = recipient.run();
            remark(result);
        } finally {
            running.set(null);
        }
    }

    private void remark(CloneResult result) {
        result.otherEngines()
                .filter(other -> !other.isEmpty())
                .ifPresent(other -> run.warn(
                        "not copied: the rows of " + other.describe(), "Copy them by other means, such as a dump."));
    }
}
