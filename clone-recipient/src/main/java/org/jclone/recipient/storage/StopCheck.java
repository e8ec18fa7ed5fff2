package org.jclone.recipient.storage;

import org.jclone.recipient.api.CloneException;

/** Tells long work whether a stop was requested. Thread-safe. */
@FunctionalInterface
public interface StopCheck {

    /** Lets work run to its end. */
    StopCheck NEVER = () -> {};

    /** @throws CloneException the reason, if a stop was requested */
    void check() throws CloneException;
}
