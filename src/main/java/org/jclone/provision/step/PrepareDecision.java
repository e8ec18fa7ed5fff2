package org.jclone.provision.step;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.plan.GtidState;
import org.jclone.provision.plan.RecoveryMethod;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** Decides between a clone and an incremental recovery. */
final class PrepareDecision {

    private final Run run;
    private final PrepareTarget target;
    private final Optional<PrepareGroup> group;
    private Optional<Decision> decision = Optional.empty();
    private Optional<Situation> situation = Optional.empty();
    private ErrantChanges errantChanges = ErrantChanges.NONE;

    PrepareDecision(Run run, PrepareTarget target, Optional<PrepareGroup> group) {
        this.run = run;
        this.target = target;
        this.group = group;
    }

    /** Returns the decision; empty if {@link #decide} found too little for one. */
    Optional<Decision> decision() {
        return decision;
    }

    /** Returns what the decision depends on; empty like the decision. */
    Optional<Situation> situation() {
        return situation;
    }

    /** Returns what the errant transactions changed. */
    ErrantChanges errantChanges() {
        return errantChanges;
    }

    /** Asks the target first: what the source commits in between is not missing there. */
    void decide() throws CloneException {
        boolean hasData = target.hasData();
        Optional<GtidSet> executed = hasData ? target.executed() : Optional.empty();
        RecoverySettings wanted = run.request().recovery();
        Optional<GtidSet> logged = hasData && executed.isEmpty() && run.isByGtid() ? target.logged() : Optional.empty();
        Situation now = situation(hasData, executed, logged);
        if (!now.errant().isEmpty()) {
            waitForLag(now.errant());
            now = situation(hasData, executed, logged); // a source that is a replica may lag behind its own replicas
        }
        Decision made = logged.isPresent()
                ? Decision.ofStopped(now, method(wanted), wanted.discardable())
                : Decision.of(now, method(wanted), wanted.threshold(), wanted.discardable());
        situation = Optional.of(made.state().isPresent() ? now : now.withoutTarget());
        situation.filter(found -> found.missingTransactions().isPresent()).ifPresent(this::tell);
        decision = Optional.of(made);
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("data in the directory", hasData ? "yes" : "no");
        inputs.put("the target has", executed.map(GtidSet::toString).orElse("unknown"));
        logged.ifPresent(set -> inputs.put("the target's binary logs have", set.toString()));
        inputs.put("the source has", now.source().toString());
        inputs.put("purged there", now.purged().toString());
        inputs.put("recovery method", wanted.method().name());
        inputs.put(
                "clone threshold", wanted.threshold() == Long.MAX_VALUE ? "none" : Long.toString(wanted.threshold()));
        if (!wanted.discardable().isEmpty()) {
            inputs.put("errant transactions to discard", wanted.discardable().toString());
        }
        run.report()
                .decided(
                        "way",
                        made.way() + made.state().map(state -> ", " + state).orElse(""),
                        inputs);
        run.record().set(Fact.WAY, made.way().name());
        boolean diverged = made.state().filter(GtidState.DIVERGED::equals).isPresent();
        if (diverged) {
            errantChanges = target.changesOf(now.errant());
        }
        String changes = errantChanges.describe();
        if (made.way() == Decision.Way.REFUSE) {
            throw (diverged ? Failure.Provisioning.DIVERGED : Failure.Provisioning.SOURCE)
                    .exception(made.reason() + (changes.isEmpty() ? "" : "; they changed: " + changes));
        }
        if (diverged && !changes.isEmpty()) {
            run.report().note("the discarded transactions changed: " + changes);
        }
        if (made.way() == Decision.Way.CLONE && hasData && !run.request().replace()) {
            throw Failure.TargetNotUsable.NOT_EMPTY.exception(
                    run.directory() + " holds a server's data, and --replace is not given");
        }
    }

    private void tell(Situation compared) {
        run.report()
                .send(new ProvisionEvent.Compared(
                        Step.PREPARE,
                        compared.missingTransactions().getAsLong(),
                        compared.errant().count()));
    }

    /** Channels come along with a clone only. */
    private RecoveryMethod method(RecoverySettings wanted) {
        return run.hasNewChannel() ? wanted.method() : RecoveryMethod.CLONE;
    }

    private Situation situation(boolean hasData, Optional<GtidSet> executed, Optional<GtidSet> logged)
            throws CloneException {
        Situation answered = situation(hasData, executed);
        return logged.map(answered::withLogged).orElse(answered);
    }

    private Situation situation(boolean hasData, Optional<GtidSet> target) throws CloneException {
        if (group.isPresent()) {
            return group.get().situation(hasData, target);
        }
        try (ServerSession sql = run.reference().connect()) {
            return new Situation(
                    hasData,
                    target,
                    false,
                    sql.gtidSet("@@GLOBAL.gtid_executed"),
                    sql.gtidSet("@@GLOBAL.gtid_purged"),
                    run.isByGtid());
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
    }

    private void waitForLag(GtidSet errant) throws CloneException {
        try (ServerSession sql = run.reference().connect()) {
            sql.query(Statement.of("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)", errant, PrepareSource.LAG_SECONDS));
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.SOURCE, e);
        }
    }
}
