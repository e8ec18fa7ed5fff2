package org.jclone.provision.donor;

import java.time.Duration;
import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/** An event of the choice of a donor. It has the facts on which the decision depends. */
public sealed interface DonorEvent {

    /** All candidates were asked. */
    record Searched(int round, DonorTable table) implements DonorEvent {}

    /** An attempt begins. */
    record Chosen(RatedDonor donor, String why) implements DonorEvent {}

    /** An attempt failed. */
    record Failed(DonorAddress donor, CloneException failure, FailureClass then) implements DonorEvent {}

    /** No donor is free, and these may become free. */
    record Waiting(List<RatedDonor> busy, Duration waited, Duration limit) implements DonorEvent {

        public Waiting {
            busy = List.copyOf(busy);
        }
    }

    /** Each donor was tried; after a pause the next round tries them again. */
    record RoundEnded(int round, int rounds, Duration pause) implements DonorEvent {}
}
