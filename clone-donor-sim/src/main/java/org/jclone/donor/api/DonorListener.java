package org.jclone.donor.api;

/** Is told of clones, on the threads that serve them; so it must neither block nor throw. */
public interface DonorListener {

    DonorListener NONE = event -> {};

    void onEvent(DonorEvent event);
}
