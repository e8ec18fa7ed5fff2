package org.jclone.provision.mysqld;

import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/** Turns interrupts of a run's thread into failures. */
public final class Interruptions {

    private Interruptions() {}

    /** Restores the interrupt, and returns the failure to throw. */
    public static CloneException of(InterruptedException e) {
        Thread.currentThread().interrupt();
        return Failure.Aborted.INTERRUPTED.exception("interrupted", e);
    }
}
