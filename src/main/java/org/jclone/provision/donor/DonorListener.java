package org.jclone.provision.donor;

/** Receives the events of the choice of a donor, on the thread that chooses. */
@FunctionalInterface
public interface DonorListener {

    /** Does nothing. */
    DonorListener NONE = event -> {};

    /**
     * Receives an event.
     *
     * @param event what happened
     */
    void onEvent(DonorEvent event);
}
