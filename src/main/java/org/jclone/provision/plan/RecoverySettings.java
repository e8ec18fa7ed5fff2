package org.jclone.provision.plan;

import java.util.Objects;
import org.jclone.provision.server.GtidSet;

/**
 * What to do with a target that has data.
 *
 * @param threshold with this many missing transactions or more, {@link RecoveryMethod#AUTO} clones
 * @param discardable the errant transactions that the operator gives up
 * @param expectedRate MiB per second that a copy is expected to reach; 0 to use what was measured, or an assumption
 * @param maxClonesPerDay how often the target may be cloned in 24 hours; 0 for no limit
 */
public record RecoverySettings(
        RecoveryMethod method, long threshold, GtidSet discardable, long expectedRate, int maxClonesPerDay) {

    /** Enough for a day of attempts by hand, and too few for an orchestrator that repeats a command for ever. */
    public static final int DEFAULT_CLONES_PER_DAY = 10;

    /** The defaults. */
    public static final RecoverySettings DEFAULT =
            new RecoverySettings(RecoveryMethod.AUTO, Long.MAX_VALUE, GtidSet.EMPTY, 0, DEFAULT_CLONES_PER_DAY);

    /** 1 TiB per second, as for {@code clone_max_data_bandwidth}. */
    private static final long MAX_RATE = 1_048_576;

    public RecoverySettings {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(discardable, "discardable");
        if (threshold < 1) {
            throw new IllegalArgumentException("clone threshold: " + threshold + " (expected: 1 or more)");
        }
        if (expectedRate < 0 || expectedRate > MAX_RATE || maxClonesPerDay < 0) {
            throw new IllegalArgumentException("expected rate or clones per day: out of range");
        }
    }
}
