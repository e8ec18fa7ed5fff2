package org.jclone.provision.plan;

import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.server.GtidSet;

/**
 * What a decision depends on.
 *
 * @param hasData whether the target directory holds a server's data
 * @param target what the target's server has executed; empty if no server answers
 * @param source what the source has executed, asked after the target
 * @param purged what the source's binary logs no longer have
 * @param byGtid whether source and target use GTIDs
 */
public record Situation(boolean hasData, Optional<GtidSet> target, GtidSet source, GtidSet purged, boolean byGtid) {

    /** Returns the same with other knowledge of the target's transactions. */
    public Situation withTarget(Optional<GtidSet> known) {
        return new Situation(hasData, known, source, purged, byGtid);
    }

    /** Returns what only the target has. */
    public GtidSet errant() {
        return target.map(set -> set.subtract(source)).orElse(GtidSet.EMPTY);
    }

    /** Returns what the target lacks. */
    public GtidSet missing() {
        return target.map(source::subtract).orElse(source);
    }

    /** Returns how many transactions the target lacks; empty without GTIDs or without an answer of the target. */
    public OptionalLong missingTransactions() {
        return byGtid && target.isPresent() ? OptionalLong.of(missing().count()) : OptionalLong.empty();
    }
}
