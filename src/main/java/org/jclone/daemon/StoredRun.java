package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunOrder;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;

/**
 * What the daemon must know of a run that has not ended. Its progress is in the record in the data directory.
 *
 * @param directory the data directory that it was ordered for
 * @param processes how many processes have begun to work on it
 * @param processesInStep how many of them died since the run reached its furthest step
 * @param step the furthest step that began
 * @param stop how it was asked to stop
 */
record StoredRun(
        String id,
        RunOrder order,
        Path directory,
        Instant orderedAt,
        Optional<Instant> startedAt,
        Optional<String> retryOf,
        int processes,
        int processesInStep,
        Optional<Step> step,
        Optional<CancelMode> stop) {

    static StoredRun of(String id, RunOrder order, Path directory, Instant orderedAt, Optional<String> retryOf) {
        return new StoredRun(
                id, order, directory, orderedAt, Optional.empty(), retryOf, 0, 0, Optional.empty(), Optional.empty());
    }

    /** Whether a record is that of this run, if it is complete: whether it was written since the run began. */
    boolean wrote(ProvisionRecord complete) {
        return complete.written().isAfter(startedAt.orElse(Instant.MAX));
    }

    StoredRun begunBy(Instant now) {
        return new StoredRun(
                id,
                order,
                directory,
                orderedAt,
                startedAt.or(() -> Optional.of(now)),
                retryOf,
                processes + 1,
                processesInStep + 1,
                step,
                stop);
    }

    StoredRun in(Step next) {
        boolean isFurther = step.isEmpty() || next.compareTo(step.get()) > 0;
        return isFurther ? with(1, Optional.of(next)) : this;
    }

    /** The daemon stopped the run in an orderly way. */
    StoredRun interrupted() {
        return with(Math.max(0, processesInStep - 1), step);
    }

    private StoredRun with(int newProcessesInStep, Optional<Step> newStep) {
        return new StoredRun(
                id, order, directory, orderedAt, startedAt, retryOf, processes, newProcessesInStep, newStep, stop);
    }

    StoredRun stopping(CancelMode mode) {
        return new StoredRun(
                id,
                order,
                directory,
                orderedAt,
                startedAt,
                retryOf,
                processes,
                processesInStep,
                step,
                Optional.of(mode));
    }
}
