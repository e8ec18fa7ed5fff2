package org.jclone.provision.api;

import org.jclone.recipient.api.CloneException;

/** A step failed. Says what holds now, and what the next run does. */
public final class ProvisionException extends CloneException {

    private static final long serialVersionUID = 1L;

    private final Step step;
    private final String state;

    /** @param state what holds now and what the next run does; one or two sentences */
    public ProvisionException(Step step, String state, CloneException cause) {
        super(cause.code(), step.displayName() + ": " + cause.getMessage(), cause.hint(), cause);
        this.step = step;
        this.state = state;
    }

    public Step step() {
        return step;
    }

    public String state() {
        return state;
    }
}
