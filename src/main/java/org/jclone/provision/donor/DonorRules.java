package org.jclone.provision.donor;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jclone.recipient.api.DonorAddress;

/**
 * The rules that say which donors are suitable, and which one is the best.
 *
 * @param maxLag a donor that is further behind, or about which it is unknown, is not suitable; empty for no limit
 * @param zone where the target is
 * @param zones where donors are, as far as known
 * @param targetUuid the {@code server_uuid} of the server whose data is in the target directory
 */
public record DonorRules(
        Preference preference,
        Optional<Duration> maxLag,
        Optional<String> zone,
        Map<DonorAddress, String> zones,
        Optional<String> targetUuid) {

    /** The defaults. */
    public static final DonorRules DEFAULT =
            new DonorRules(Preference.REPLICA, Optional.empty(), Optional.empty(), Map.of(), Optional.empty());

    public DonorRules {
        Objects.requireNonNull(preference, "preference");
        Objects.requireNonNull(maxLag, "maxLag");
        Objects.requireNonNull(zone, "zone");
        zones = Map.copyOf(zones);
        Objects.requireNonNull(targetUuid, "targetUuid");
    }
}
