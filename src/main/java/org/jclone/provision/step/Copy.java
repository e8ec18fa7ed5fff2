package org.jclone.provision.step;

import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.provision.api.DonorChoice;
import org.jclone.provision.donor.CloneFromAny;
import org.jclone.provision.record.CloneHistory;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneControl;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.TargetServer;

/** CLONE: copies the donor beside the old data, and resumes a copy that an earlier run left. */
public final class Copy {

    private final Run run;
    private final Consumer<Optional<CloneControl>> control;

    /** @param control receives the control when the copy begins, and empty when it is over */
    public Copy(Run run, Consumer<Optional<CloneControl>> control) {
        this.run = run;
        this.control = control;
    }

    /** @param repeated whether an earlier process may have left a part of the copy */
    public void run(boolean repeated) throws CloneException {
        if (run.isIncremental()) {
            run.report().note("nothing is copied: the server keeps its data and fetches the missing transactions");
            return;
        }
        CloneHistory history = new CloneHistory(run.directory());
        if (!repeated) {
            run.swap().finish(); // of a clone before the run: part of its data is in the staging folder
            run.swap().discardStaging();
            history.begin(run.clock().instant());
        }
        CloneResult result;
        try (PurgeWatch watch = PurgeWatch.of(run)) {
            watch.start();
            result = run.request().choice().isPresent()
                    ? copyBest(run.request().choice().get())
                    : copyOnly();
        }
        if (!repeated) { // the time of a part says nothing
            history.copied(result.dataBytes(), result.elapsed());
        }
        run.record().set(Fact.DONOR, result.donor().toString());
        Optional<String> executed = executedOfDonor();
        if (executed.isPresent()) {
            run.record().set(Fact.DONOR_EXECUTED, executed.get());
        }
        remark(result);
    }

    private CloneResult copyOnly() throws CloneException {
        new Hooks(run).donorChosen(run.request().copy().donor());
        CloneRequest request = staged(run.request().copy().withOwnPasswords());
        try (CloneRecipient recipient = new CloneRecipient(request, run.report().listener())) {
            control.accept(Optional.of(recipient));
            return recipient.run();
        } finally {
            control.accept(Optional.empty());
        }
    }

    private CloneResult copyBest(DonorChoice choice) throws CloneException {
        CloneFromAny clone = new CloneFromAny(
                choice.requests().andThen(this::staged),
                choice.access(),
                choice.search(),
                choice.rounds(),
                run.report()::listener,
                choice.listener(),
                run.clock());
        control.accept(Optional.of(clone));
        try {
            return clone.run(run.request().copy(), donor -> {
                run.record().set(Fact.DONOR, donor.toString());
                control.accept(Optional.empty()); // a stop ends the hook
                new Hooks(run).donorChosen(donor);
                control.accept(Optional.of(clone));
            });
        } finally {
            control.accept(Optional.empty());
        }
    }

    /** The old server may still read the settings file, so the clone's settings go beside it. */
    private CloneRequest staged(CloneRequest copy) {
        TargetServer server = copy.target().server();
        return new CloneRequest(
                copy.donor(),
                copy.login(),
                copy.tls(),
                copy.transfer(),
                copy.interruptions(),
                copy.target()
                        .withServer(server.forClone(
                                server.forceIncompatible(),
                                Optional.of(run.configFile().staged()),
                                server.persistedVariables())));
    }

    /** Returns what the donor has after the copy; empty if it does not answer. */
    private Optional<String> executedOfDonor() throws CloneException {
        try (ServerSession sql = run.asCloneUser(run.donor()).connect()) {
            new PersistedVariables(run).ask(sql); // another donor than PREPARE asked may have been cloned
            return Optional.of(sql.gtidSet("@@GLOBAL.gtid_executed").toString());
        } catch (ServerException e) {
            return Optional.empty();
        }
    }

    private void remark(CloneResult result) {
        result.otherEngines()
                .filter(other -> !other.isEmpty())
                .ifPresent(other -> run.report()
                        .warn(
                                "not copied: the rows of " + other.describe(),
                                "Copy them by other means, such as a dump."));
    }
}
