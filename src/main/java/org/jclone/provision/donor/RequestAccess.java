package org.jclone.provision.donor;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jclone.provision.server.Server;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;

/**
 * Connects to donors as a clone does.
 *
 * @param requests makes the request for a clone of one donor; can lack a directory
 * @param prohibitions says why an address must not be connected to
 */
public record RequestAccess(
        Function<DonorAddress, CloneRequest> requests, Function<DonorAddress, Optional<String>> prohibitions)
        implements DonorAccess {

    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(10);

    @Override
    public Optional<String> prohibition(DonorAddress donor) {
        return prohibitions.apply(donor);
    }

    @Override
    public Server server(DonorAddress donor) {
        CloneRequest request = requests.apply(donor);
        return Server.of(new ServerConnector(donor, request.login(), request.tls(), STATEMENT_TIMEOUT));
    }

    @Override
    public CheckReport check(DonorAddress donor, Set<CheckItem> items) {
        return new DonorCheck(requests.apply(donor).withOwnPasswords()).run(items);
    }
}
