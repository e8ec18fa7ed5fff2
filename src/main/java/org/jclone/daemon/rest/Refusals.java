package org.jclone.daemon.rest;

import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.http.Problem;
import org.jclone.daemon.http.ProblemException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;

/** Turns jclone's failures into problems of HTTP, with jclone's own members {@code code} and {@code exitStatus}. */
final class Refusals {

    private Refusals() {}

    static ProblemException of(CloneException e) {
        CloneErrorCode code = e.code();
        Problem problem = general(e).withMember("exitStatus", Integer.toString(code.exitStatus()));
        problem = new Problem(
                problem.status(),
                code.name(),
                problem.title(),
                problem.detail(),
                e.hint().isEmpty() ? problem.hint() : e.hint(),
                problem.members(),
                problem.headers());
        if (e instanceof DaemonException refused && refused.run().isPresent()) {
            problem = problem.withMember("run", refused.run().get());
        }
        return new ProblemException(problem);
    }

    private static Problem general(CloneException e) {
        String detail = String.valueOf(e.getMessage());
        if (e instanceof DaemonException refused) {
            return kind(refused.kind()).problem(detail);
        }
        return switch (e.code()) {
            case USAGE -> Problem.Kind.INVALID.problem(detail);
            case INTERNAL -> Problem.Kind.INTERNAL.problem(detail);
            case STORAGE, DISK_FULL -> Problem.Kind.STORAGE.problem(detail);
            case TARGET_NOT_USABLE, DAMAGED, FILE_NAME_CLASH, AFTER_CLONE, PROVISIONING, DAEMON, KEYRING, ABORTED ->
                Problem.Kind.CONFLICT.problem(detail);
            case CONNECT_FAILED,
                    ACCESS_DENIED,
                    TLS_FAILED,
                    PRIVILEGE_MISSING,
                    PLUGIN_MISSING,
                    DONOR_ERROR,
                    PROTOCOL,
                    INCOMPATIBLE,
                    ENCRYPTION_NEEDS_TLS,
                    SNAPSHOT_GONE,
                    DONOR_BUSY,
                    CONNECTION_LOST -> Problem.Kind.SERVER.problem(detail);
        };
    }

    private static Problem.Kind kind(DaemonException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> Problem.Kind.NOT_FOUND;
            case CONFLICT -> Problem.Kind.CONFLICT;
            case INVALID -> Problem.Kind.INVALID;
            case UNAVAILABLE -> Problem.Kind.UNAVAILABLE;
        };
    }
}
