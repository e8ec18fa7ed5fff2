package org.jclone.provision.step;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jclone.provision.api.DonorChoice;
import org.jclone.provision.donor.CloneFromAny;
import org.jclone.provision.record.CloneHistory;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;

/** CLONE: copies the donor beside the old data, and resumes a copy that an earlier run left. */
public final class Copy {

    private final Run run;
    private final AtomicReference<Consumer<String>> stop;
    private final Clock clock;

    /** @param stop set while the copy runs, so that another thread can stop it */
    public Copy(Run run, AtomicReference<Consumer<String>> stop, Clock clock) {
        this.run = run;
        this.stop = stop;
        this.clock = clock;
    }

    /** @param repeated whether an earlier process may have left a part of the copy */
    public void run(boolean repeated) throws CloneException {
        if (run.isIncremental()) {
            run.note("nothing is copied: the server keeps its data and fetches the missing transactions");
            return;
        }
        CloneHistory history = new CloneHistory(run.directory());
        if (!repeated) {
            run.swap().discardStaging();
            history.begin(clock.instant());
        }
        CloneResult result = run.request().choice().isPresent()
                ? copyBest(run.request().choice().get())
                : copyOnly();
        if (!repeated) { // the time of a part says nothing
            history.copied(result.dataBytes(), result.elapsed());
        }
        run.record().set(Fact.DONOR, result.donor().toString());
        remark(result);
    }

    private CloneResult copyOnly() throws CloneException {
        new Hooks(run).donorChosen(run.request().copy().donor());
        CloneRequest request = run.request().copy().withOwnPasswords();
        try (CloneRecipient recipient = new CloneRecipient(request, run.listener())) {
            stop.set(recipient::suspend);
            return recipient.run();
        } finally {
            stop.set(null);
        }
    }

    private CloneResult copyBest(DonorChoice choice) throws CloneException {
        CloneFromAny clone = new CloneFromAny(
                choice.requests(), choice.access(), choice.search(), choice.rounds(), run::listener, choice.listener());
        stop.set(clone::suspend);
        try {
            return clone.run(run.request().copy(), new Hooks(run)::donorChosen);
        } finally {
            stop.set(null);
        }
    }

    private void remark(CloneResult result) {
        result.otherEngines()
                .filter(other -> !other.isEmpty())
                .ifPresent(other -> run.warn(
                        "not copied: the rows of " + other.describe(), "Copy them by other means, such as a dump."));
    }
}
