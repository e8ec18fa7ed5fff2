package org.jclone.donor.fault;

import java.util.Optional;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * A packet about to be sent.
 *
 * @param connection number of the connection in the order of acceptance, from 1
 * @param role role of the connection, as far as known
 * @param ordinal number of the packet on its connection; the greeting is 1
 * @param firstByte number of bytes sent on the connection before this packet, without TLS overhead
 * @param state state of the snapshot, as last announced on this connection
 * @param message content of the packet: a packet of the connection phase, a response, or a {@link DataBlock}
 * @param length length of the packet including its header
 */
public record Outgoing(
        int connection,
        ConnectionRole role,
        long ordinal,
        long firstByte,
        SnapshotState state,
        Object message,
        int length) {

    /** Returns the descriptor in the packet, if it is a data descriptor response. */
    Optional<CloneDescriptor> descriptor() {
        return message instanceof DataDescriptorResponse response
                ? Optional.of(response.descriptor())
                : Optional.empty();
    }

    /** Returns the descriptor in the packet, if it has the given type. */
    <D extends CloneDescriptor> Optional<D> descriptor(Class<D> type) {
        return descriptor().filter(type::isInstance).map(type::cast);
    }
}
