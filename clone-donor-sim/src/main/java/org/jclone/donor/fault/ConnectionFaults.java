package org.jclone.donor.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the script to one connection. Packets arrive one at a time, from any thread. */
public final class ConnectionFaults {

    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionFaults.class);

    private record Hit(Fault fault, int position) {}

    private final List<Fault> faults;
    private final int connection;
    private final long[] occurrences;
    private final Runnable onFault;

    private volatile ConnectionRole role = ConnectionRole.UNKNOWN;
    private SnapshotState state = SnapshotState.NONE;
    private long ordinal;
    private long sentBytes;
    private boolean dataDropped;

    /**
     * @param connection number of the connection, from 1
     * @param onFault runs once for each fault injected
     */
    public ConnectionFaults(FaultScript script, int connection, Runnable onFault) {
        this.faults = script.faults();
        this.connection = connection;
        this.occurrences = new long[faults.size()];
        this.onFault = onFault;
    }

    /** Records the role of the connection once it is known. Any thread. */
    public void setRole(ConnectionRole value) {
        role = value;
    }

    /**
     * Decides how a packet is delivered.
     *
     * @param message see {@link Outgoing#message()}
     * @param length length of the packet including its header
     * @param packet copies the packet; called only if a fault strikes it
     * @return empty if the packet is sent unchanged
     */
    public synchronized Optional<List<Step>> plan(Object message, int length, Supplier<byte[]> packet) {
        Outgoing outgoing = next(message, length);
        List<Hit> hits = hits(outgoing);
        boolean dropped = dataDropped && message instanceof DataBlock;
        dataDropped = false;
        if (dropped) {
            return Optional.of(List.of());
        }
        if (hits.isEmpty()) {
            return Optional.empty();
        }
        Delivery delivery = new Delivery(packet.get());
        for (Hit hit : hits) {
            LOGGER.atDebug()
                    .addKeyValue("connection", connection)
                    .addKeyValue("message", ordinal)
                    .addKeyValue("fault", hit.fault())
                    .log("injecting a fault");
            onFault.run();
            hit.fault().action().effect().apply(outgoing, hit.position(), delivery);
        }
        dataDropped = delivery.isDataDropped();
        return Optional.of(delivery.steps());
    }

    private Outgoing next(Object message, int length) {
        if (message instanceof DataDescriptorResponse described
                && described.descriptor() instanceof StateDescriptor found
                && found.isStart()
                && !found.isAck()) {
            state = found.state();
        }
        long firstByte = sentBytes;
        ordinal++;
        sentBytes += length;
        return new Outgoing(connection, role, ordinal, firstByte, state, message, length);
    }

    private List<Hit> hits(Outgoing outgoing) {
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            if (!fault.connections().include(outgoing)) {
                continue;
            }
            int position = fault.moment().position().applyAsInt(outgoing);
            if (position == Moment.NEVER) {
                continue;
            }
            occurrences[i]++;
            if (occurrences[i] >= fault.moment().first()
                    && occurrences[i] <= fault.moment().last()) {
                hits.add(new Hit(fault, position));
            }
        }
        return hits;
    }
}
