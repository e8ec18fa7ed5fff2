package org.jclone.donor.api;

/** Receives events of clones and logins, on the threads that serve them. Must neither block nor throw. */
public interface DonorListener {

    /** Does nothing. */
    DonorListener NONE = event -> {};

    /**
     * Receives an event.
     *
     * @param event what happened
     */
    void onEvent(DonorEvent event);

    /** A login failed. */
    default void onFailedLogin(FailedLogin login) {}
}
