package org.jclone.daemon;

import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.recipient.explain.Failure;

/**
 * Whether the daemon starts, works or stops.
 *
 * <p>The caller of each method holds the lock of the daemon, the {@link RunQueue}.
 */
final class Lifecycle {

    private DaemonStatus.State state = DaemonStatus.State.STARTING;

    DaemonStatus.State state() {
        return state;
    }

    void enter(DaemonStatus.State next) {
        state = next;
    }

    boolean isReady() {
        return state == DaemonStatus.State.READY;
    }

    /** @throws DaemonException if the daemon takes no orders */
    void requireReady() throws DaemonException {
        if (!isReady()) {
            String why = state == DaemonStatus.State.STARTING ? "the daemon has not started yet" : "the daemon stops";
            throw Refusal.of(DaemonException.Kind.UNAVAILABLE, Failure.Daemon.STOPPING, why);
        }
    }
}
