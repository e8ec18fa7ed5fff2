package org.jclone.provision.donor;

/** Receives the events of the choice of a donor, on the thread that chooses. */
@FunctionalInterface
public interface DonorListener {

    DonorListener NONE = event -> {};

    void onEvent(DonorEvent event);
}
