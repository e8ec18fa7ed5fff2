package org.jclone.provision.step;

import java.util.Optional;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.recipient.api.CloneException;

/**
 * PREPARE: asks everything that can be asked before something changes, and reports all findings at once. A class for
 * each party asks it; this one sets the order.
 */
public final class Prepare {

    private final Run run;
    private final Findings findings = new Findings();
    private final PrepareTarget target;
    private final PrepareDonor donor;
    private final PrepareSource source;
    private final PrepareChannels channels;
    private final PrepareServerId serverId;
    private final PrepareDecision decision;
    private final PrepareEstimate estimate;
    private final Optional<PrepareGroup> group;
    private final ReplicaSettings settings;

    public Prepare(Run run) {
        this.run = run;
        this.target = new PrepareTarget(run);
        this.donor = new PrepareDonor(run);
        this.source = new PrepareSource(run);
        this.channels = new PrepareChannels(run, findings);
        this.serverId = new PrepareServerId(run);
        this.group = JoinGroup.of(run).map(joining -> new PrepareGroup(run, joining));
        this.decision = new PrepareDecision(run, target, group);
        this.estimate = new PrepareEstimate(run);
        this.settings = new ReplicaSettings(run);
    }

    public void run() throws CloneException {
        ask(settings::prepare);
        findings.requireNone(run.report().listener());
    }

    /** Returns what the run would do. Changes nothing. */
    public ProvisionPlan plan() {
        ask(settings::check);
        return new ProvisionPlan(
                run.donor(),
                run.hasNewChannel() ? Optional.of(run.sourceAddress()) : Optional.empty(),
                run.report().channels(),
                decision.decision(),
                run.record().fact(Fact.METHOD).map(Method.GTID.name()::equals),
                decision.situation(),
                decision.errantChanges(),
                run.request().recovery(),
                estimate.writeRate(),
                estimate.made(),
                estimate.guards(),
                PersistedVariables.recorded(run.record()),
                run.report().decisions(),
                run.report().remarks(),
                findings.problems());
    }

    private void ask(Findings.Check readsSettings) {
        findings.gather(target::requireFence);
        if (!run.isProgramUnusable()) {
            findings.gather(() -> new ServerUser(run).check());
        }
        findings.gather(donor::search);
        Optional<DonorIdentity> identity = donor.identity();
        group.ifPresent(found -> findings.gather(() -> found.ask(identity)));
        findings.gather(() -> {
            if (run.hasNewChannel()) {
                SourceFacts facts = source.choose(identity);
                serverId.choose(group.map(found -> found.withMembers(facts)).orElse(facts), identity);
            } else {
                serverId.choose(channels.check(identity));
            }
        });
        group.ifPresent(found -> found.check(findings));
        findings.gather(estimate::begin);
        findings.gather(decision::decide);
        if (identity.isPresent()) {
            findings.gather(new PersistedVariables(run)::report);
        }
        if (run.hasNewChannel() && !run.isIncremental() && identity.isPresent()) {
            GtidSet executed = identity.get().executed();
            findings.gather(() -> {
                if (group.isPresent()) {
                    group.get().requireDonorFits(executed);
                } else {
                    source.requireDonorFits(executed);
                }
            });
        }
        if (!run.isProgramUnusable()) {
            findings.gather(readsSettings);
        }
        findings.gather(target::requireService);
        findings.gather(target::requireStoppable);
        if (!run.isIncremental()) {
            donor.check(findings);
            group.ifPresent(found -> found.checkCarriedCredentials(findings));
        }
        estimate.check(run.hasNewChannel() ? source.facts() : channels.facts(), decision.decision(), findings);
    }
}
