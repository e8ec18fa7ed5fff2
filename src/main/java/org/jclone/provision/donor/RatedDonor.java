package org.jclone.provision.donor;

import java.util.List;
import org.jclone.recipient.api.DonorAddress;

/**
 * A candidate with its score.
 *
 * @param obstacles why it is not suitable; none if it is
 * @param score from 0 to 100, comparable among suitable donors of one search
 * @param reasons the parts of the score, such as {@code replica +40}
 */
public record RatedDonor(Candidate candidate, List<Obstacle> obstacles, int score, List<String> reasons) {

    public RatedDonor {
        obstacles = List.copyOf(obstacles);
        reasons = List.copyOf(reasons);
    }

    /** {@return the donor's address} */
    public DonorAddress address() {
        return candidate.address();
    }

    /** {@return whether the donor may be cloned} */
    public boolean isSuitable() {
        return obstacles.isEmpty();
    }

    /** Whether it would be suitable if it did not serve another clone. */
    boolean isBusy() {
        return !obstacles.isEmpty() && obstacles.stream().allMatch(Obstacle::isBusy);
    }

    /** Whether it may become suitable by itself. */
    boolean mayBecomeSuitable() {
        return obstacles.stream().allMatch(Obstacle::passing);
    }
}
