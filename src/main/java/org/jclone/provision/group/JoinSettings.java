package org.jclone.provision.group;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jclone.recipient.api.DonorAddress;

/**
 * How a server becomes a member of a group.
 *
 * @param localAddress where the other members reach it, {@code HOST:PORT}; empty to derive it
 * @param seeds members to join by, {@code HOST:PORT[,HOST:PORT...]}; empty for what the members report
 * @param prohibition why an address must not be connected to; empty if it may
 */
public record JoinSettings(
        Optional<DonorAddress> localAddress,
        Optional<String> seeds,
        RecoveryCredentials credentials,
        Function<DonorAddress, Optional<String>> prohibition) {

    public JoinSettings {
        Objects.requireNonNull(localAddress, "localAddress");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(prohibition, "prohibition");
        if (seeds.isPresent()) {
            for (String seed : seeds.get().split(",", -1)) {
                DonorAddress.parse(seed);
            }
        }
    }
}
