package org.jclone.provision.step;

import java.time.Clock;
import java.util.Optional;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ReplicationSettings.Method;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneException;

/**
 * PREPARE: asks everything that can be asked before something changes, and reports all findings at once. A class for each
 * party knows what to ask it; this one has the order.
 */
public final class Prepare {

    private final Run run;
    private final Findings findings = new Findings();
    private final PrepareTarget target;
    private final PrepareDonor donor;
    private final PrepareSource source;
    private final PrepareServerId serverId;
    private final PrepareDecision decision;
    private final PrepareEstimate estimate;

    public Prepare(Run run) {
        this.run = run;
        this.target = new PrepareTarget(run);
        this.donor = new PrepareDonor(run);
        this.source = new PrepareSource(run);
        this.serverId = new PrepareServerId(run);
        this.decision = new PrepareDecision(run, target);
        this.estimate = new PrepareEstimate(run, Clock.systemUTC());
    }

    public void run() throws CloneException {
        new ConfigFile(run.request().configFile()).createIfMissing();
        ask();
        findings.requireNone(run.listener());
    }

    /** Returns what the run would do. Changes nothing. */
    public ProvisionPlan plan() {
        ask();
        return new ProvisionPlan(
                run.donor(),
                run.sourceAddress(),
                decision.decision(),
                run.record().fact(Fact.METHOD).map(Method.GTID.name()::equals),
                decision.situation(),
                decision.errantChanges(),
                run.request().recovery(),
                estimate.writeRate(),
                estimate.made(),
                estimate.guards(),
                run.decisions(),
                run.remarks(),
                findings.problems());
    }

    private void ask() {
        findings.gather(target::requireFence);
        findings.gather(donor::search);
        Optional<DonorIdentity> identity = donor.identity();
        findings.gather(() -> serverId.choose(source.check(identity), identity));
        findings.gather(estimate::begin);
        findings.gather(decision::decide);
        if (!run.isIncremental() && identity.isPresent()) {
            findings.gather(() -> source.requireDonorFits(identity.get().executed()));
        }
        findings.gather(target::requireStoppable);
        if (!run.isIncremental()) {
            donor.check(findings);
        }
        estimate.check(source.facts(), decision.decision(), findings);
    }
}
