package org.jclone.provision.donor;

import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.DonorAddress;

/**
 * A server that may be a donor, and what the search found out about it.
 *
 * @param facts empty if it could not be asked
 * @param obstacles why it cannot be cloned, as far as the server itself and the engine know
 */
public record Candidate(
        DonorAddress address, DonorFacts.Origin origin, Optional<DonorFacts> facts, List<Obstacle> obstacles) {

    public Candidate {
        obstacles = List.copyOf(obstacles);
    }
}
