package org.jclone.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.DonorAddress;

/**
 * A target as it is configured.
 *
 * @param limits without a schedule
 * @param care when its donor is busy, and what a copy may take then
 * @param definition the text that it was configured from, without secrets; compared to find changes
 * @param origin file and line, for messages
 */
public record Target(
        String name,
        Path directory,
        List<DonorAddress> donors,
        Optional<DonorAddress> source,
        Optional<String> service,
        BandwidthLimits limits,
        DonorCare care,
        Upkeep upkeep,
        TargetRequests requests,
        String definition,
        String origin) {

    public Target {
        donors = List.copyOf(donors);
    }
}
