package org.jclone.provision.donor;

import java.time.Duration;
import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/** An event of the choice of a donor. It has the facts on which the decision depends. */
public sealed interface DonorEvent {

    /** All candidates were asked. */
    record Searched(int round, DonorTable table) implements DonorEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onSearched(this);
        }
    }

    /** An attempt begins. */
    record Chosen(RatedDonor donor, String why) implements DonorEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onChosen(this);
        }
    }

    /** An attempt failed. */
    record Failed(DonorAddress donor, CloneException failure, FailureClass then) implements DonorEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onFailed(this);
        }
    }

    /** No donor is free, and these may become free. */
    record Waiting(List<RatedDonor> busy, Duration waited, Duration limit) implements DonorEvent {

        public Waiting {
            busy = List.copyOf(busy);
        }

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onWaiting(this);
        }
    }

    /** Each donor was tried; after a pause the next round tries them again. */
    record RoundEnded(int round, int rounds, Duration pause) implements DonorEvent {

        @Override
        public <T> T accept(Handler<T> handler) {
            return handler.onRoundEnded(this);
        }
    }

    /** Handles each kind of event. */
    interface Handler<T> {
        T onSearched(Searched event);

        T onChosen(Chosen event);

        T onFailed(Failed event);

        T onWaiting(Waiting event);

        T onRoundEnded(RoundEnded event);
    }

    /** Calls the handler's method for this kind of event, and returns its result. */
    <T> T accept(Handler<T> handler);
}
