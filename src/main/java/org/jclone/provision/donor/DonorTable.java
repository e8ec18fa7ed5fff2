package org.jclone.provision.donor;

import java.util.List;
import java.util.Optional;

/**
 * All candidates of a search.
 *
 * @param donors the best first; unsuitable ones last
 * @param notes what the search could not find out, and what would help
 */
public record DonorTable(List<RatedDonor> donors, List<String> notes) {

    public DonorTable {
        donors = List.copyOf(donors);
        notes = List.copyOf(notes);
    }

    /** {@return the best suitable donor; empty if there is none} */
    public Optional<RatedDonor> best() {
        return donors.stream().filter(RatedDonor::isSuitable).findFirst();
    }

    /** {@return the best donor that would be suitable if it did not serve another clone} */
    public Optional<RatedDonor> bestBusy() {
        return donors.stream().filter(RatedDonor::isBusy).findFirst();
    }

    /** {@return 0 if a donor is suitable, otherwise the exit status of a clone of the first} */
    public int exitStatus() {
        return best().isPresent() || donors.isEmpty()
                ? 0
                : donors.get(0).obstacles().get(0).code().exitStatus();
    }
}
