package org.jclone.provision.api;

import org.jclone.recipient.api.CloneException;

/** A step failed. Says what holds now, and what the next run does. */
public final class ProvisionException extends CloneException {

    private static final long serialVersionUID = 1L;

    /** The step that failed. */
    private final Step step;

    /** What holds now. */
    private final String state;

    /**
     * @param state what holds now and what the next run does; one or two sentences
     * @param step that failed
     * @param cause why
     */
    public ProvisionException(Step step, String state, CloneException cause) {
        super(cause.code(), step.displayName() + ": " + cause.getMessage(), cause.hint(), cause);
        this.step = step;
        this.state = state;
    }

    /** {@return the step that failed} */
    public Step step() {
        return step;
    }

    /** {@return what holds now and what the next run does, in one or two sentences} */
    public String state() {
        return state;
    }
}
