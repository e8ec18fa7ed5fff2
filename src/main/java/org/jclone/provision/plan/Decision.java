package org.jclone.provision.plan;

import java.util.Optional;
import org.jclone.provision.server.GtidSet;

/**
 * A decision with its reason.
 *
 * @param state empty if the target could not be asked, or has no GTIDs
 */
public record Decision(Way way, Optional<GtidState> state, String reason) {

    /** What is done. */
    public enum Way {
        /** The source is cloned. */
        CLONE,
        /** The target's data stays, and fetches what it lacks from the source's binary log. */
        INCREMENTAL,
        /** Nothing is done. */
        REFUSE
    }

    /**
     * Decides.
     *
     * @param threshold the number of missing transactions from which on {@link RecoveryMethod#AUTO} clones
     * @param discardable the errant transactions that the operator gives up
     */
    public static Decision of(Situation now, RecoveryMethod wanted, long threshold, GtidSet discardable) {
        Optional<String> unknown = unknown(now);
        if (unknown.isPresent()) {
            Way way = wanted == RecoveryMethod.INCREMENTAL ? Way.REFUSE : Way.CLONE;
            return new Decision(way, Optional.empty(), unknown.get());
        }
        GtidState state = GtidState.of(now.target().orElseThrow(), now.source(), now.purged());
        return switch (state) {
            case DIVERGED -> ofDiverged(now, wanted, discardable);
            case IRRECOVERABLE ->
                new Decision(
                        wanted == RecoveryMethod.INCREMENTAL ? Way.REFUSE : Way.CLONE,
                        Optional.of(state),
                        "the source has purged transactions that the target lacks: "
                                + now.purged().subtract(now.target().get()));
            case NEW, IDENTICAL, RECOVERABLE -> ofRecoverable(now, state, wanted, threshold);
        };
    }

    /**
     * Decides about a target whose server does not answer. Its binary logs show which transactions only it has, but not
     * what it lacks.
     */
    public static Decision ofStopped(Situation now, RecoveryMethod wanted, GtidSet discardable) {
        return now.errant().isEmpty()
                ? of(now.withoutTarget(), wanted, Long.MAX_VALUE, discardable)
                : ofDiverged(now, wanted, discardable);
    }

    /** Returns why the missing transactions are unknown; empty if they are known. */
    private static Optional<String> unknown(Situation now) {
        if (!now.hasData()) {
            return Optional.of("the directory holds no data");
        }
        if (!now.byGtid()) {
            return Optional.of("source or target has no GTIDs, so the missing transactions are unknown");
        }
        return now.target().isEmpty()
                ? Optional.of("no server answers on the target, so the missing transactions are unknown")
                : Optional.empty();
    }

    private static Decision ofRecoverable(Situation now, GtidState state, RecoveryMethod wanted, long threshold) {
        long missing = now.missing().count();
        String lacks = "the target lacks " + missing + " transactions, which the source's binary logs have";
        if (wanted == RecoveryMethod.CLONE) {
            return new Decision(Way.CLONE, Optional.of(state), lacks + "; a clone was requested");
        }
        if (wanted == RecoveryMethod.AUTO && missing >= threshold) {
            return new Decision(Way.CLONE, Optional.of(state), lacks + "; the threshold is " + threshold);
        }
        return new Decision(Way.INCREMENTAL, Optional.of(state), lacks);
    }

    private static Decision ofDiverged(Situation now, RecoveryMethod wanted, GtidSet discardable) {
        GtidSet errant = now.errant();
        String has = "the target has transactions that the source lacks: " + errant;
        boolean discarded = wanted != RecoveryMethod.INCREMENTAL && errant.equals(discardable);
        if (discarded) {
            return new Decision(Way.CLONE, Optional.of(GtidState.DIVERGED), has + "; they are discarded");
        }
        return new Decision(
                Way.REFUSE,
                Optional.of(GtidState.DIVERGED),
                has + (discardable.isEmpty() ? "" : "; --discard-errant names others: " + discardable));
    }
}
