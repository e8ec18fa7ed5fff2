package org.jclone.daemon;

import java.time.Instant;
import java.util.Optional;
import org.jclone.daemon.api.DaemonException;
import org.jclone.recipient.explain.Failure;

/** Makes the exceptions with which the daemon refuses a request. */
final class Refusal {

    private Refusal() {}

    /** @param run the run in conflict */
    static DaemonException conflict(Failure.Daemon failure, String message, String run) {
        return new DaemonException(
                DaemonException.Kind.CONFLICT, failure.code(), message, failure.hint(), Optional.of(run));
    }

    /** Refuses what needs a directory whose file system does not answer. */
    static DaemonException unanswered(Target target, Instant since) {
        return of(
                DaemonException.Kind.UNAVAILABLE,
                Failure.Daemon.UNANSWERED,
                "the file system of " + target.directory() + " has not answered since " + since);
    }

    static DaemonException of(DaemonException.Kind kind, Failure.Daemon failure, String message) {
        return new DaemonException(kind, failure.code(), message, failure.hint(), Optional.empty());
    }
}
