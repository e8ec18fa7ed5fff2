package org.jclone.daemon;

import java.time.Duration;

/**
 * Whether the daemon provisions a target without an order.
 *
 * @param isEnsured provision an empty directory, and repeat a failed run: {@code ensure=replica}
 * @param replacesBroken also replace data that cannot catch up any more: {@code auto-replace}
 * @param interval between two looks at the target
 * @param budget the largest number of runs in 24 hours
 */
public record Upkeep(boolean isEnsured, boolean replacesBroken, Duration interval, int budget) {

    public static final Upkeep NONE = new Upkeep(false, false, Duration.ofMinutes(1), 1);
}
