package org.jclone.provision.group;

import java.util.Optional;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.DonorAddress;

/**
 * A member as the group shows it.
 *
 * @param address host and SQL port; empty if they are no address
 * @param state {@code ONLINE} and others
 * @param role {@code PRIMARY} or {@code SECONDARY}; empty for a member that is not ONLINE
 */
public record Member(String uuid, Optional<DonorAddress> address, String state, String role, Version version) {

    public static final String ONLINE = "ONLINE";

    public boolean isOnline() {
        return state.equals(ONLINE);
    }

    /** {@return the address, or the UUID without one} */
    public String name() {
        return address.map(DonorAddress::toString).orElse(uuid);
    }
}
