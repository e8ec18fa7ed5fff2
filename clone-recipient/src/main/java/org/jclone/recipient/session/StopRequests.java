package org.jclone.recipient.session;

import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.explain.Failure;

/** What callers asked for: to stop the clone for good, or so that another process can resume it. Thread-safe. */
final class StopRequests {

    private final Abortion abortion;
    private volatile boolean suspended;
    private volatile Optional<CloneException> aborted = Optional.empty();

    StopRequests(Abortion abortion) {
        this.abortion = abortion;
    }

    /** Stops the clone for good, even if it was suspended before. */
    void abort(String reason) {
        CloneException wish = Failure.Aborted.BEGUN.exception("stopped: " + reason);
        aborted = Optional.of(wish);
        abortion.demand(wish);
    }

    /** Stops the clone as a loss of all connections would. */
    void suspend(String reason) {
        suspended = true;
        abortion.demand(Failure.Aborted.UNFINISHED.exception("stopped: " + reason));
    }

    boolean isSuspended() {
        return suspended;
    }

    /** Returns the request to stop for good, if there is one. */
    Optional<CloneException> aborted() {
        return aborted;
    }
}
