package org.jclone.recipient.session;

import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.target.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves the directory and the donor's snapshot of a clone that failed as its {@link CloneOutcome} requires. */
final class FailedClone {

    private static final Logger LOGGER = LoggerFactory.getLogger(FailedClone.class);

    /** Who began the clone in the directory. */
    enum Origin {
        /** Nobody: this run failed before. */
        NONE,
        THIS_RUN,
        ANOTHER_PROCESS
    }

    private final CloneContext context;
    private final StopRequests stops;
    private final Origin origin;
    private final Optional<DonorSession> donor;
    private final Optional<Target> target;
    private final Runnable closeConnections;

    /**
     * @param donor empty if the clone failed before it knew how to connect
     * @param target empty if the clone failed before it touched the directory
     * @param closeConnections after this, nothing writes any more
     */
    FailedClone(
            CloneContext context,
            StopRequests stops,
            Origin origin,
            Optional<DonorSession> donor,
            Optional<Target> target,
            Runnable closeConnections) {
        this.context = context;
        this.stops = stops;
        this.origin = origin;
        this.donor = donor;
        this.target = target;
        this.closeConnections = closeConnections;
    }

    /**
     * Leaves everything in order.
     *
     * @return what to report
     */
    CloneException leave(CloneException failure) {
        context.progress().fail();
        CloneOutcome outcome = CloneOutcome.of(stateAfter(failure));
        if (outcome == CloneOutcome.RESUMABLE) {
            rest();
            outcome = CloneOutcome.of(stateAfter(failure)); // an abort may have arrived since
        }
        CloneException reported = switch (outcome) {
            case NOTHING_BEGUN -> undo(failure, donor.orElseThrow(), target.orElseThrow());
            case RESUMABLE -> leaveResumable(failure, donor.orElseThrow());
            case COMPLETE_UNFINISHED -> leaveComplete(failure);
            case DAMAGED -> leaveDamaged(failure);
            case USELESS -> giveUp(failure);
        };
        LOGGER.atDebug()
                .addKeyValue("code", reported.code())
                .addKeyValue("outcome", outcome)
                .setCause(reported)
                .log("clone failed");
        return reported;
    }

    private CloneOutcome.State stateAfter(CloneException failure) {
        return new CloneOutcome.State(
                failure.code(),
                stops.isSuspended(),
                stops.aborted().isPresent(),
                origin == Origin.THIS_RUN,
                dataHere(),
                journalHere(),
                donor.filter(DonorSession::isResumable).isPresent());
    }

    private CloneOutcome.Data dataHere() {
        if (donor.filter(DonorSession::isEverythingHere).isPresent()) {
            return CloneOutcome.Data.ALL;
        }
        return context.progress().totalDataBytes() == 0 ? CloneOutcome.Data.NONE : CloneOutcome.Data.SOME;
    }

    private CloneOutcome.Journal journalHere() {
        if (target.filter(Target::hasJournal).isPresent()) {
            return CloneOutcome.Journal.KEPT;
        }
        boolean agreed = donor.filter(session -> session.holdsSnapshot() || session.isEverythingHere())
                .isPresent();
        return origin == Origin.ANOTHER_PROCESS && agreed ? CloneOutcome.Journal.UNTOUCHED : CloneOutcome.Journal.NONE;
    }

    /** Leaves the connections so that the donor takes them for broken and waits; completes the journal. */
    private void rest() {
        donor.ifPresent(DonorSession::rest);
        target.ifPresent(Target::rest);
    }

    private CloneException leaveResumable(CloneException failure, DonorSession session) {
        warn(
                "the clone is unfinished, and the donor keeps its snapshot until about " + session.resumableUntil(),
                session.wayOut());
        return noteFailure(failure);
    }

    private CloneException leaveComplete(CloneException failure) {
        warn(
                "everything was copied, but the clone is not finished",
                "The same command with --resume finishes it; the donor's snapshot is not needed any more.");
        return noteFailure(isStopped(failure) ? stopped(failure, Failure.Aborted.UNFINISHED) : failure);
    }

    private CloneException leaveDamaged(CloneException failure) {
        target.ifPresent(Target::recordDamage);
        return noteFailure(failure);
    }

    /** Releases the donor's snapshot. What is here cannot be used. */
    private CloneException giveUp(CloneException failure) {
        donor.ifPresent(DonorSession::release);
        CloneException reported = failure;
        if (isStopped(failure) && stops.aborted().isPresent()) {
            reported = stops.aborted().get();
        } else if (isStopped(failure) && stops.isSuspended()) {
            reported = stopped(failure, Failure.Aborted.BEGUN);
        }
        noteFailure(reported);
        if (reported instanceof StorageException
                && target.filter(Target::isUnfinished).isPresent()) {
            warnOfUselessData();
        }
        return reported;
    }

    /** Releases the donor's snapshot and removes what was created, so that the same command can be repeated. */
    private CloneException undo(CloneException failure, DonorSession session, Target begun) {
        session.release();
        closeConnections.run();
        if (!begun.tryToDiscard()) {
            noteFailure(failure);
            warnOfUselessData(); // the snapshot is released, whatever the journal says
            return failure;
        }
        if (isStopped(failure)) {
            return stopped(failure, Failure.Aborted.NOTHING);
        }
        if (failure.code() == CloneErrorCode.DISK_FULL && failure instanceof StorageException full) {
            return new StorageException(
                    full.code(), full.getMessage(), Failure.DiskFull.ESTIMATE.hint(), full.path(), full.offset(), full);
        }
        return failure;
    }

    private static boolean isStopped(CloneException failure) {
        return failure.code() == CloneErrorCode.ABORTED;
    }

    /** Repeats a request to stop, for good if there is such a one, with the hint for what it found. */
    private CloneException stopped(CloneException failure, Failure.Aborted found) {
        CloneException wish = stops.aborted().orElse(failure);
        return found.exception(wish.getMessage(), wish);
    }

    private CloneException noteFailure(CloneException failure) {
        target.ifPresent(begun -> begun.fail(failure));
        return failure;
    }

    private void warnOfUselessData() {
        warn(
                "what was copied to " + context.request().directory()
                        + " cannot be used, and the donor keeps no snapshot",
                context.request().interruptions().journal()
                        ? "The same command with --resume=auto removes it and starts a new clone."
                        : "Remove the directory before you clone again.");
    }

    private void warn(String text, String hint) {
        context.publisher().event(new CloneEvent.Warning(text, hint));
    }
}
