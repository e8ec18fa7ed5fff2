package org.jclone.provision.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.plan.Estimate;
import org.jclone.provision.plan.Guard;
import org.jclone.provision.plan.RecoverySettings;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.plan.WriteRate;
import org.jclone.recipient.api.DonorAddress;

/**
 * What a run would do, and everything that was asked to find out.
 *
 * @param source of the new channel; empty if there is none
 * @param channels the donor's own channels, as far as they can be seen
 * @param decision empty if too little is known for one
 * @param byGtid how it would replicate; empty if it is not known
 * @param situation what the decision depends on; empty like the decision
 * @param errantChanges what the errant transactions changed
 * @param recovery what the operator wants
 * @param writeRate how much the source writes; empty if it could not be measured
 * @param estimate how long a clone would take; empty without a decision
 * @param guards those that were asked, with their figures
 * @param persisted variables that the new server does not get, and those that stay
 * @param decisions all decisions, in their order, each with its inputs
 * @param remarks notes and warnings
 * @param problems why a run is not possible
 */
public record ProvisionPlan(
        DonorAddress donor,
        Optional<DonorAddress> source,
        List<ChannelReport> channels,
        Optional<Decision> decision,
        Optional<Boolean> byGtid,
        Optional<Situation> situation,
        ErrantChanges errantChanges,
        RecoverySettings recovery,
        Optional<WriteRate> writeRate,
        Optional<Estimate> estimate,
        List<Guard> guards,
        PersistedReport persisted,
        List<ProvisionEvent.Decided> decisions,
        List<String> remarks,
        List<String> problems) {

    /** What the run would be. */
    public enum Outcome {
        /** The donor is cloned. */
        CLONE,
        /** The target keeps its data and receives what it lacks. */
        INCREMENTAL,
        /** There are problems. */
        IMPOSSIBLE
    }

    public ProvisionPlan {
        Objects.requireNonNull(errantChanges, "errantChanges");
        Objects.requireNonNull(recovery, "recovery");
        Objects.requireNonNull(persisted, "persisted");
        channels = List.copyOf(channels);
        guards = List.copyOf(guards);
        decisions = List.copyOf(decisions);
        remarks = List.copyOf(remarks);
        problems = List.copyOf(problems);
    }

    /** {@return what the run would be} */
    public Outcome outcome() {
        if (!problems.isEmpty()) {
            return Outcome.IMPOSSIBLE;
        }
        return decision.map(made -> switch (made.way()) {
                    case CLONE -> Outcome.CLONE;
                    case INCREMENTAL -> Outcome.INCREMENTAL;
                    case REFUSE -> Outcome.IMPOSSIBLE;
                })
                .orElse(Outcome.IMPOSSIBLE);
    }

    /**
     * {@return what the target lacks, with what it amounts to; empty without GTIDs or without an answer of the target}
     */
    public Optional<String> missing() {
        OptionalLong number = situation.map(Situation::missingTransactions).orElse(OptionalLong.empty());
        return number.isEmpty() ? Optional.empty() : writeRate.map(rate -> rate.describe(number.getAsLong()));
    }

    /** {@return what the threshold amounts to; empty if there is none} */
    public Optional<String> threshold() {
        return recovery.threshold() == Long.MAX_VALUE
                ? Optional.empty()
                : writeRate.map(rate -> rate.describe(recovery.threshold()));
    }
}
