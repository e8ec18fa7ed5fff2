package org.jclone.recipient.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.connection.DonorIdentities;
import org.jclone.recipient.connection.OtherServerException;
import org.jclone.recipient.connection.ReconnectPolicy;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.tls.TlsErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconnects to the donor after a connection broke: main and auxiliary connection, then COM_REINIT, repeated as long as
 * the donor keeps its snapshot. That time restarts whenever something was received.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md, section 8.
 */
final class Reconnector {

    private static final Logger LOGGER = LoggerFactory.getLogger(Reconnector.class);

    /** The default of {@code clone_donor_timeout_after_network_failure}, in minutes. */
    private static final int DEFAULT_WINDOW_MINUTES = 5;

    private static final String WINDOW = "clone_donor_timeout_after_network_failure";

    /** Part of the message of a donor that has not yet noticed the broken connections. */
    private static final String NOT_IDLE_YET = "idle";

    private final CloneContext context;
    private final DonorLine.Opener lines;
    private final Duration window;
    private final Optional<DonorIdentity> identity;
    private final ReconnectPolicy policy = new ReconnectPolicy();

    /** Attempts since the last block. A connection that brings none does not reset the count. */
    private int attempts;

    private Instant deadline;
    private long advancesAtDeadline = -1;

    Reconnector(CloneContext context, DonorLine.Opener lines, DonorParameters donor, Optional<DonorIdentity> identity) {
        this.identity = identity;
        this.context = context;
        this.lines = lines;
        this.window = context.request().interruptions().reconnectTimeout().orElseGet(() -> windowOf(donor));
    }

    /** Returns how long the donor keeps the snapshot of a recipient that is gone. */
    static Duration windowOf(DonorParameters donor) {
        String minutes = donor.settings().getOrDefault(WINDOW, "");
        return Duration.ofMinutes(minutes.matches("\\d{1,4}") ? Integer.parseInt(minutes) : DEFAULT_WINDOW_MINUTES);
    }

    /**
     * Returns a line on which the donor waits for COM_EXECUTE.
     *
     * @throws CloneException {@code lost} if the time is over, or why the donor does not resume
     */
    DonorLine reconnect(SnapshotCopy copy, CloneException lost) throws CloneException {
        Instant begin = context.clock().instant();
        if (copy.chunks().advances() != advancesAtDeadline) {
            advancesAtDeadline = copy.chunks().advances();
            deadline = begin.plus(window);
            attempts = 0;
        }
        if (window.isZero()) {
            throw lost;
        }
        DonorLine line = tryUntilDeadline(copy, lost);
        context.publisher()
                .event(new CloneEvent.Reconnected(
                        attempts, Duration.between(begin, context.clock().instant())));
        return line;
    }

    /** Connects to the donor of a clone that another process began, in the same way. */
    DonorLine resume(SnapshotCopy copy) throws CloneException {
        deadline = context.clock().instant().plus(window);
        try {
            return resumeAtOnce(copy);
        } catch (CloneException e) {
            if (!isWorthAnotherTry(e) || e.code() == CloneErrorCode.CONNECT_FAILED) {
                throw e;
            }
            return tryUntilDeadline(copy, e);
        }
    }

    /** Does the same without a retry. */
    DonorLine resumeAtOnce(SnapshotCopy copy) throws CloneException {
        return takenUp(lines.open(), copy);
    }

    private DonorLine tryUntilDeadline(SnapshotCopy copy, CloneException lost) throws CloneException {
        CloneException reason = lost;
        for (int attempt = attempts + 1; ; attempt++) {
            Duration wait = policy.waitBefore(attempt);
            if (!context.clock().instant().plus(wait).isBefore(deadline)) {
                throw givenUp(lost, reason);
            }
            context.publisher().event(new CloneEvent.Reconnecting(reason.getMessage(), attempt, deadline));
            context.abortion().sleep(wait.toMillis(), "while reconnecting");
            attempts = attempt;
            try {
                return takenUp(lines.open(), copy);
            } catch (CloneException e) {
                if (!isWorthAnotherTry(e)) {
                    throw e;
                }
                LOGGER.atDebug()
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("reason", e.getMessage())
                        .log("cannot reconnect yet");
                reason = e;
            }
        }
    }

    private DonorLine takenUp(DonorLine line, SnapshotCopy copy) throws CloneException {
        try {
            takeUp(line, copy);
            return line;
        } catch (CloneException e) {
            line.abandon();
            throw e;
        }
    }

    private void takeUp(DonorLine line, SnapshotCopy copy) throws CloneException {
        if (identity.isPresent()) {
            DonorIdentities.require(
                    identity.get(), line.identity(), context.request().donor().toString());
        }
        try {
            line.reinit(copy);
        } catch (DonorErrorException e) {
            if (e.donorError() != CloneError.ER_INTERNAL_ERROR || e.donorText().contains(NOT_IDLE_YET)) {
                throw e;
            }
            throw gone(copy, e);
        }
    }

    /** Returns whether a clone can continue after this failure if it reaches the donor again. */
    static boolean isNetworkFailure(CloneException e) {
        boolean inTls = e.code() == CloneErrorCode.TLS_FAILED
                && !(e instanceof DonorErrorException)
                && !TlsErrors.isDistrust(e);
        boolean told = e instanceof DonorErrorException donor && CloneError.isNetworkError(donor.donorError());
        return e.code() == CloneErrorCode.CONNECTION_LOST || inTls || told;
    }

    private static boolean isWorthAnotherTry(CloneException e) {
        boolean notIdle = e instanceof DonorErrorException donor
                && donor.donorError() == CloneError.ER_INTERNAL_ERROR
                && e.code() != CloneErrorCode.SNAPSHOT_GONE;
        return isNetworkFailure(e)
                || notIdle
                || e.code() == CloneErrorCode.CONNECT_FAILED && !(e instanceof OtherServerException)
                || e.code() == CloneErrorCode.DONOR_BUSY;
    }

    private CloneException givenUp(CloneException lost, CloneException last) {
        return new CloneException(
                lost.code(),
                lost.getMessage() + "; no way back in " + window.toSeconds() + " s: " + last.getMessage(),
                lost.hint(),
                last);
    }

    private CloneException gone(SnapshotCopy copy, DonorErrorException refused) {
        return Failure.SnapshotGone.GONE.exception(
                context.request().donor() + " no longer has the snapshot of this clone; "
                        + CloneStream.nameOf(copy.state()) + " was under way: error " + refused.donorError() + ": "
                        + refused.donorText(),
                refused);
    }
}
