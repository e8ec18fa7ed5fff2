package org.jclone.provision.api;

import java.util.Objects;
import java.util.function.Function;
import org.jclone.provision.donor.DonorAccess;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorSearch;
import org.jclone.provision.donor.Rounds;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;

/**
 * The donors to choose from: the best one is cloned, and another one if that fails.
 *
 * @param several whether there may be more than one; a single donor is waited for, or refused if it lags
 * @param requests makes the request for a clone of one donor; all have the same target
 * @param listener receives what happens to the choice
 */
public record DonorChoice(
        boolean several,
        Function<DonorAddress, CloneRequest> requests,
        DonorAccess access,
        DonorSearch search,
        Rounds.Settings rounds,
        DonorListener listener) {

    public DonorChoice {
        Objects.requireNonNull(requests, "requests");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(search, "search");
        Objects.requireNonNull(rounds, "rounds");
        Objects.requireNonNull(listener, "listener");
    }
}
