package org.jclone.daemon.api;

import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;

/** The daemon refused a request. Nothing was changed. */
public final class DaemonException extends CloneException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient Optional<String> run;

    /** Why the request was refused, for programs. */
    public enum Kind {
        /** No such target or run. */
        NOT_FOUND,
        /** Another run, or the state of this one, forbids it. */
        CONFLICT,
        /** A value is out of its range. */
        INVALID,
        /** The daemon stops, or its queue is full; the request may succeed later. */
        UNAVAILABLE
    }

    /** @param run the run in conflict */
    public DaemonException(Kind kind, CloneErrorCode code, String message, String hint, Optional<String> run) {
        super(code, message, hint);
        this.kind = kind;
        this.run = run;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the run in conflict. */
    public Optional<String> run() {
        return run;
    }
}
