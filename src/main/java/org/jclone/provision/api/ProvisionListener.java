package org.jclone.provision.api;

import org.jclone.recipient.api.CloneListener;

/**
 * Receives the events of a run on the run's thread, and those of the copy as {@link CloneListener} says. Notes and
 * warnings during the copy may be on another thread.
 */
public interface ProvisionListener extends CloneListener {

    /** Does nothing. */
    ProvisionListener NONE = event -> {};

    /**
     * Receives an event.
     *
     * @param event what happened
     */
    void onProvision(ProvisionEvent event);
}
