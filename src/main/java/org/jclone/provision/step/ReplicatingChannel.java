package org.jclone.provision.step;

import java.util.Optional;
import org.jclone.provision.server.Server;
import org.jclone.recipient.api.DonorAddress;

/**
 * A channel that the new server has.
 *
 * @param server the source, if there is an account that it can be asked with
 * @param delaySeconds how long its applier waits on purpose
 */
record ReplicatingChannel(
        String name, DonorAddress source, Optional<Server> server, boolean byGtid, long delaySeconds) {

    /** Returns the channel for a message: nothing for the default channel if it is the only one. */
    String label() {
        return name.isEmpty() ? "" : " '" + name + "'";
    }
}
