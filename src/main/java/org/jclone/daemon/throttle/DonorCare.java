package org.jclone.daemon.throttle;

import java.time.Duration;
import java.util.Objects;

/**
 * When a donor is busy, and what a copy may take from it then. A limit of zero is none.
 *
 * @param maxThreads statements under way, without those of the copy
 * @param maxLatency time of a statement without work
 * @param maxLag how far the donor is behind its source
 * @param maxRedoPercent age of the last checkpoint, in percent of the redo log's capacity
 * @param busyMiBPerSecond limit of file contents while the donor is busy
 */
public record DonorCare(
        long maxThreads, Duration maxLatency, Duration maxLag, int maxRedoPercent, long busyMiBPerSecond) {

    /** No limit at all: donors are not asked. */
    public static final DonorCare NONE = new DonorCare(0, Duration.ZERO, Duration.ZERO, 0, 1);

    public DonorCare {
        Objects.requireNonNull(maxLatency, "maxLatency");
        Objects.requireNonNull(maxLag, "maxLag");
        if (busyMiBPerSecond < 1) {
            throw new IllegalArgumentException("a copy cannot stand still: the donor would end it");
        }
    }

    /** Whether there is a limit. */
    public boolean isWanted() {
        return maxThreads > 0 || !maxLatency.isZero() || !maxLag.isZero() || maxRedoPercent > 0;
    }
}
