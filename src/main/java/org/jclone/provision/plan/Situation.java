package org.jclone.provision.plan;

import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.server.GtidSet;

/**
 * What a decision depends on.
 *
 * @param hasData whether the target directory holds a server's data
 * @param target what the target's server has executed; empty if no server answers and its logs are not read
 * @param onlyLogged whether that is only what its binary logs have, which lack what came with a clone
 * @param source what the source has executed, asked after the target
 * @param purged what the source's binary logs no longer have
 * @param byGtid whether source and target use GTIDs
 */
public record Situation(
        boolean hasData, Optional<GtidSet> target, boolean onlyLogged, GtidSet source, GtidSet purged, boolean byGtid) {

    /** Same without knowledge of the target's transactions. */
    public Situation withoutTarget() {
        return new Situation(hasData, Optional.empty(), false, source, purged, byGtid);
    }

    /** Same with the transactions in the binary logs of a target whose server does not answer. */
    public Situation withLogged(GtidSet logged) {
        return new Situation(hasData, Optional.of(logged), true, source, purged, byGtid);
    }

    /** {@return whether source and target can be compared, so that {@link #errant} is known} */
    public boolean isComparable() {
        return byGtid && target.isPresent();
    }

    /** {@return what only the target has} */
    public GtidSet errant() {
        return target.map(set -> set.subtract(source)).orElse(GtidSet.EMPTY);
    }

    /** {@return what the target lacks} */
    public GtidSet missing() {
        return target.map(source::subtract).orElse(source);
    }

    /** {@return how many transactions the target lacks; empty without GTIDs or without an answer of its server} */
    public OptionalLong missingTransactions() {
        return isComparable() && !onlyLogged ? OptionalLong.of(missing().count()) : OptionalLong.empty();
    }
}
