package org.jclone.provision.step;

import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.provision.api.HookSettings;
import org.jclone.provision.api.HookSettings.Hook;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.json.JsonLine;

/**
 * Runs the operator's hooks. A hook that succeeded is recorded, and a later process does not run it again; one that was
 * running when the process died is run again.
 */
public final class Hooks {

    private final Run run;
    private final HookSettings settings;

    public Hooks(Run run) {
        this.run = run;
        this.settings = run.request().hooks();
    }

    /** A donor is about to be cloned. It was recorded if the hook has already run for it. */
    void donorChosen(DonorAddress donor) throws CloneException {
        String name = donor.toString();
        if (isGiven(Hook.DONOR_CHOSEN)
                && run.record()
                        .fact(Fact.HOOK_DONOR_CHOSEN)
                        .filter(name::equals)
                        .isEmpty()) {
            requireSuccess(Hook.DONOR_CHOSEN, Step.CLONE, json -> json.put("donor", name));
            run.record().set(Fact.HOOK_DONOR_CHOSEN, name);
        }
    }

    void beforeExchange() throws CloneException {
        if (isGiven(Hook.BEFORE_EXCHANGE) && !run.record().has(Fact.HOOK_BEFORE_EXCHANGE)) {
            requireSuccess(
                    Hook.BEFORE_EXCHANGE,
                    Step.STOP,
                    json -> json.put("donor", run.donor().toString()));
            run.record().set(Fact.HOOK_BEFORE_EXCHANGE, "done");
        }
    }

    boolean wantsCaughtUp() {
        return isGiven(Hook.CAUGHT_UP) && !run.record().has(Fact.HOOK_CAUGHT_UP);
    }

    /** @param executed GTIDs that the new server has now */
    void caughtUp(String executed) throws CloneException {
        requireSuccess(Hook.CAUGHT_UP, Step.CATCH_UP, json -> {
            if (!run.isIncremental()) {
                json.put("donor", run.donor().toString());
            }
            json.put("gtidExecuted", executed.replace("\n", ""));
        });
        run.record().set(Fact.HOOK_CAUGHT_UP, "done");
    }

    /** Runs the hook for a failure, and only warns if the hook fails, too. A stop by a signal is no failure. */
    public void failed(ProvisionException failure) {
        if (!isGiven(Hook.FAILED) || failure.code() == CloneErrorCode.ABORTED) {
            return;
        }
        try {
            requireSuccess(Hook.FAILED, failure.step(), json -> {
                run.record().fact(Fact.DONOR).ifPresent(donor -> json.put("donor", donor));
                run.record().fact(Fact.GTID_EXECUTED).ifPresent(gtids -> json.put("gtidExecuted", gtids));
                json.put("errorCode", failure.code().name())
                        .put("exitStatus", failure.code().exitStatus())
                        .put("errorText", failure.getMessage())
                        .put("errorHint", failure.hint())
                        .put("holds", failure.state());
            });
        } catch (CloneException e) {
            run.report().send(new ProvisionEvent.Warning(failure.step(), e.getMessage(), e.hint()));
        }
    }

    private boolean isGiven(Hook hook) {
        return settings.command(hook).isPresent();
    }

    private void requireSuccess(Hook hook, Step step, Consumer<JsonLine> more) throws CloneException {
        ProvisionRecord record = run.record();
        JsonLine json = new JsonLine()
                .put("hook", hook.displayName())
                .put("run", record.fact(Fact.RUN).orElse(""))
                .put("step", step.name())
                .put("directory", run.directory().toString());
        record.fact(Fact.SOURCE).ifPresent(source -> json.put("source", source));
        record.fact(Fact.SERVER_UUID).ifPresent(uuid -> json.put("serverUuid", uuid));
        more.accept(json);
        Optional<String> problem = HookProcess.run(
                settings.command(hook).orElseThrow(),
                json + "\n",
                settings.timeLimit(),
                line -> run.report().send(new ProvisionEvent.Note(step, "hook " + hook.displayName() + ": " + line)),
                run.nanoTime());
        if (problem.isPresent()) {
            throw Failure.Provisioning.HOOK.exception(
                    "the command of --hook-" + hook.displayName() + " " + problem.get());
        }
    }
}
