package org.jclone.provision.donor;

import java.util.Optional;
import java.util.Set;
import org.jclone.provision.server.Server;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.DonorAddress;

/** The way to a donor: the account, its password, and TLS, which can depend on the address. Used from many threads. */
public interface DonorAccess {

    /** Returns why this address must not be connected to; empty if it may. */
    Optional<String> prohibition(DonorAddress donor);

    Server server(DonorAddress donor);

    /** Asks whether a clone of this donor could start, over a connection of its own. */
    CheckReport check(DonorAddress donor, Set<CheckItem> items);
}
