package org.jclone.daemon.client;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;

/** The daemon refused a request. Has jclone's error code, or that of refused requests. */
public final class RefusedException extends CloneException {

    private static final long serialVersionUID = 1L;

    RefusedException(JsonTree problem) {
        super(
                code(problem.text("code").orElse("")),
                problem.text("detail").orElse("the daemon refused the request"),
                problem.text("hint").orElse(""));
    }

    private static CloneErrorCode code(String name) {
        for (CloneErrorCode code : CloneErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return CloneErrorCode.DAEMON;
    }
}
