package org.jclone.daemon;

import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.jclone.daemon.history.HistoryException;
import org.jclone.recipient.explain.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the runs that the history shows as active, but that have no file.
 *
 * <p>Called once, when the daemon is started, before a run begins. The caller holds the lock of the daemon, the
 * {@link RunQueue}.
 */
final class LostRuns {

    private static final Logger LOGGER = LoggerFactory.getLogger(LostRuns.class);

    private final RunQueue queue;
    private final PastRuns past;
    private final History history;
    private final Clock clock;

    LostRuns(RunQueue queue, PastRuns past, History history, Clock clock) {
        this.queue = queue;
        this.past = past;
        this.history = history;
        this.clock = clock;
    }

    /** Records that they failed. */
    void close() {
        RunQuery active = new RunQuery(
                Optional.empty(),
                EnumSet.of(State.QUEUED, State.RUNNING, State.STOPPING),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RunQuery.MAX_LIMIT);
        try {
            for (RunStatus status : past.runs(active)) {
                if (queue.find(status.id()).isEmpty()) {
                    Optional<RunDetail> detail = past.find(status.id());
                    detail.ifPresent(lost -> history.save(failed(lost)));
                }
            }
        } catch (HistoryException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot read the history");
        }
    }

    private RunDetail failed(RunDetail detail) {
        RunStatus status = detail.status();
        RunStatus ended = new RunStatus(
                status.id(),
                status.order(),
                State.FAILED,
                status.orderedAt(),
                status.startedAt(),
                Optional.of(clock.instant()),
                status.retryOf(),
                status.processes(),
                OptionalInt.empty(),
                status.step(),
                status.donor(),
                status.source(),
                Optional.empty(),
                Optional.of(new RunFailure(
                        Failure.Daemon.LOST.code(),
                        status.step(),
                        "the daemon ended, and the file of the run was gone when it started again",
                        Failure.Daemon.LOST.hint(),
                        "")),
                false);
        return new RunDetail(
                ended, detail.steps(), detail.figures(), detail.versions(), detail.remarks(), detail.result());
    }
}
