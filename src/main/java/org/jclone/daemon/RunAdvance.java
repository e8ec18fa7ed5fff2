package org.jclone.daemon;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jclone.daemon.api.RunProgress;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneProgress;

/**
 * How far a run is, and when it last advanced. A run that lives need not advance: {@link SignsOfLife} has the other
 * time. Guarded by the lock of the run.
 */
final class RunAdvance {

    private final LongSupplier nanos;
    private Optional<CloneProgress> copy = Optional.empty();
    private OptionalLong missing = OptionalLong.empty();
    private Optional<Duration> lag = Optional.empty();
    private long copiedBytes;
    private long advancedAt;

    RunAdvance(LongSupplier nanos) {
        this.nanos = nanos;
        this.advancedAt = nanos.getAsLong();
    }

    /** Notes that the run, or a step of it, begins. */
    void began() {
        advancedAt = nanos.getAsLong();
    }

    /**
     * Notes the progress of the copy.
     *
     * @param bytes what it has received in all stages
     * @return whether that has changed
     */
    boolean copied(CloneProgress progress, long bytes) {
        copy = Optional.of(progress);
        if (bytes == copiedBytes) {
            return false;
        }
        copiedBytes = bytes;
        advancedAt = nanos.getAsLong();
        return true;
    }

    /** Notes how far the new server is behind the source. */
    void behind(ProvisionEvent.CatchingUp event) {
        missing = event.missing() < 0 ? OptionalLong.empty() : OptionalLong.of(event.missing());
        lag = event.lag();
        advancedAt = nanos.getAsLong() - event.sinceProgress().toNanos();
    }

    Duration since() {
        return Duration.ofNanos(Math.max(0, nanos.getAsLong() - advancedAt));
    }

    /**
     * Returns the progress of the run.
     *
     * @param estimatedBytes what the donor announced
     * @param limitMiBPerSecond the limit of the copy in effect; 0 is no limit
     */
    RunProgress progress(String run, Instant now, Step step, OptionalLong estimatedBytes, long limitMiBPerSecond) {
        return new RunProgress(run, now, step, copy, estimatedBytes, missing, lag, since(), limitMiBPerSecond);
    }
}
