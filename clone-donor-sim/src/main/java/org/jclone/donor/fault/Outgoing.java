package org.jclone.donor.fault;

import java.util.Optional;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * A packet that is about to be sent.
 *
 * @param connection from 1, in the order in which the donor accepted them
 * @param role as far as is known
 * @param ordinal of the packet on its connection, from 1: the greeting
 * @param firstByte how many bytes were sent on the connection before, TLS not counted
 * @param state of the snapshot, as this connection was told
 * @param message what the packet holds: a packet of the connection phase, a response, a {@link DataBlock}
 * @param length of the packet with its header
 */
public record Outgoing(
        int connection,
        ConnectionRole role,
        long ordinal,
        long firstByte,
        SnapshotState state,
        Object message,
        int length) {

    /** The descriptor in the packet, if it is a data descriptor response. */
    Optional<CloneDescriptor> descriptor() {
        return message instanceof DataDescriptorResponse response
                ? Optional.of(response.descriptor())
                : Optional.empty();
    }

    /** The descriptor in the packet, if it is one of the given type. */
    <D extends CloneDescriptor> Optional<D> descriptor(Class<D> type) {
        return descriptor().filter(type::isInstance).map(type::cast);
    }
}
