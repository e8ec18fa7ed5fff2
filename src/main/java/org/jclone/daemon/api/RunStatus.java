package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jclone.provision.api.Step;

/**
 * One run.
 *
 * @param id sorts by time, such as {@code 20261130-055326-4f2c}
 * @param retryOf the run that it repeats
 * @param processes how many processes have worked on it: more than 1 after a restart of the daemon
 * @param queuePlace 1 for the next run to begin; empty if it does not wait
 * @param step where it is, or was when it ended
 * @param donor the donor that it clones
 * @param source the server that the target replicates from
 * @param progress of a run that runs
 * @param failure why it failed
 * @param isResumable whether {@link DaemonService#retry} continues what it left
 */
public record RunStatus(
        String id,
        RunOrder order,
        State state,
        Instant orderedAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        Optional<String> retryOf,
        int processes,
        OptionalInt queuePlace,
        Optional<Step> step,
        Optional<String> donor,
        Optional<String> source,
        Optional<RunProgress> progress,
        Optional<RunFailure> failure,
        boolean isResumable) {

    /** What a run is doing, or how it ended. */
    public enum State {
        QUEUED,
        RUNNING,
        /** It was asked to stop. */
        STOPPING,
        SUCCEEDED,
        FAILED,
        /** Stopped, and can be continued. */
        SUSPENDED,
        /** Stopped, and undone. */
        CANCELLED;

        public boolean isOver() {
            return compareTo(STOPPING) > 0;
        }
    }

    public RunStatus {
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(state, "state");
    }

    public String target() {
        return order.target();
    }
}
