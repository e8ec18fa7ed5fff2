package org.jclone.donor.api;

/** Is told of clones and logins, on the threads that serve them; so it must neither block nor throw. */
public interface DonorListener {

    DonorListener NONE = event -> {};

    void onEvent(DonorEvent event);

    /** Somebody could not log in. */
    default void onFailedLogin(FailedLogin login) {}
}
