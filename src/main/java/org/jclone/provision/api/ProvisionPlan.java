package org.jclone.provision.api;

import java.util.List;
import java.util.Optional;
import org.jclone.provision.plan.Decision;
import org.jclone.recipient.api.DonorAddress;

/**
 * What a run would do.
 *
 * @param decision empty if too little is known for one
 * @param byGtid how it would replicate; empty if it is not known
 * @param problems why a run is not possible
 */
public record ProvisionPlan(
        DonorAddress donor,
        DonorAddress source,
        Optional<Decision> decision,
        Optional<Boolean> byGtid,
        List<String> problems) {

    public ProvisionPlan {
        problems = List.copyOf(problems);
    }
}
