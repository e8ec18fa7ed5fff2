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

/** The script as one connection goes through it. Packets come one after the other, from whichever thread. */
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
     * @param connection from 1
     * @param onFault called for each fault that is made
     */
    public ConnectionFaults(FaultScript script, int connection, Runnable onFault) {
        this.faults = script.faults();
        this.connection = connection;
        this.occurrences = new long[faults.size()];
        this.onFault = onFault;
    }

    /** The connection turned out to be this. Any thread. */
    public void setRole(ConnectionRole value) {
        role = value;
    }

    /**
     * Decides how a packet is delivered.
     *
     * @param message see {@link Outgoing#message()}
     * @param length of the packet with its header
     * @param packet makes a copy of the packet, asked for only if something goes wrong with it
     * @return empty if the packet is to be sent as it is
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
                    .log("making a fault");
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
