package org.jclone.provision.plan;

import java.util.Objects;
import org.jclone.provision.server.GtidSet;

/**
 * What to do with a target that has data.
 *
 * @param threshold with this many missing transactions or more, {@link RecoveryMethod#AUTO} clones
 * @param discardable the errant transactions that the operator gives up
 */
public record RecoverySettings(RecoveryMethod method, long threshold, GtidSet discardable) {

    public static final RecoverySettings DEFAULT =
            new RecoverySettings(RecoveryMethod.AUTO, Long.MAX_VALUE, GtidSet.EMPTY);

    public RecoverySettings {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(discardable, "discardable");
        if (threshold < 1) {
            throw new IllegalArgumentException("clone threshold: " + threshold + " (expected: 1 or more)");
        }
    }
}
