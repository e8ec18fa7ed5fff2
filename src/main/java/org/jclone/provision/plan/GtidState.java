package org.jclone.provision.plan;

import org.jclone.provision.server.GtidSet;

/** How the transactions of a target compare with those of its source, in the words of MySQL Shell. */
public enum GtidState {
    /** The target has no transaction, and the source has all of its own in its binary logs. */
    NEW,
    /** Both have the same transactions. */
    IDENTICAL,
    /** The source's binary logs have all transactions that the target lacks. */
    RECOVERABLE,
    /** The source has purged transactions that the target lacks. */
    IRRECOVERABLE,
    /** The target has transactions that the source lacks. */
    DIVERGED;

    /**
     * Compares. Ask the target before the source: what the source commits in between is not missing there.
     *
     * @param target what the target has executed
     * @param source what the source has executed
     * @param purged those of the source that its binary logs no longer have
     */
    public static GtidState of(GtidSet target, GtidSet source, GtidSet purged) {
        if (!target.isSubsetOf(source)) {
            return DIVERGED;
        }
        if (target.isEmpty() && purged.isEmpty() && !source.isEmpty()) {
            return NEW;
        }
        if (source.isSubsetOf(target)) {
            return IDENTICAL;
        }
        return purged.isSubsetOf(target) ? RECOVERABLE : IRRECOVERABLE;
    }
}
