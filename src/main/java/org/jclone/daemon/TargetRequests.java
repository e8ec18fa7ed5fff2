package org.jclone.daemon;

import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.CloneException;

/** Makes the requests for one target. A request holds passwords, which are read for each and wiped after it. */
public interface TargetRequests {

    /** @throws CloneException if a file that it needs cannot be read, or is open to others */
    ProvisionRequest request(DonorListener donors) throws CloneException;

    /** Asks and rates the donors. */
    DonorTable donors() throws CloneException;
}
