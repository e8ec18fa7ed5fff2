package org.jclone.provision.plan;

import java.util.Optional;
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

    /** Returns what only the target has. */
    public GtidSet errant() {
        return target.map(set -> set.subtract(source)).orElse(GtidSet.EMPTY);
    }

    /** Returns what the target lacks. */
    public GtidSet missing() {
        return target.map(source::subtract).orElse(source);
    }
}
