package org.jclone.provision.donor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.provision.server.Server;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.DonorAddress;

/** Connects to donors, with an account, a password and TLS that can depend on the address. Used by many threads. */
public interface DonorAccess {

    /**
     * {@return the servers of a service}
     *
     * @param service the name of the service
     * @throws IOException if the DNS does not name any
     */
    default List<DonorAddress> resolve(DonorAddress service) throws IOException {
        return ServiceRecords.lookUp(service);
    }

    /** {@return why jclone must not connect to the address; empty if it may} */
    Optional<String> prohibition(DonorAddress donor);

    /**
     * {@return the server, to ask it by SQL}
     *
     * @param donor its address
     */
    Server server(DonorAddress donor);

    /** Checks, over a separate connection, whether a clone of this donor can start. */
    CheckReport check(DonorAddress donor, Set<CheckItem> items);
}
