package org.jclone.recipient.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.connection.DataConnection;

/**
 * The barriers of the protocol: which connections have reached the end of a state, or the start of the next.
 *
 * <pre>
 *   INIT ──► FILE_COPY ──► PAGE_COPY ──► REDO_COPY ──► DONE
 *     each arrow:  all participants ended ─► acknowledge ─► all participants started the next ─► move
 * </pre>
 *
 * <p>INIT ends on the main connection alone; DONE has no end. A participant that joins in a state gets no start of it. Source: docs/protocol/02-innodb-clone-stream.md, sections 2.5 and 3.
 */
final class StateBarrier {

    private final DataConnection main;
    private final List<DataConnection> participants = new ArrayList<>();
    private final Set<DataConnection> ended = new HashSet<>();
    private final Set<DataConnection> started = new HashSet<>();

    private SnapshotState state;
    private boolean acknowledgedBefore;
    private boolean acknowledged;
    private StateDescriptor mainEnd;
    private StateDescriptor mainStart;

    /**
     * @param state the state in which the main connection begins
     * @param acknowledgedBefore whether the end of that state may have been acknowledged on connections that broke. Then
     *     the donor sends either that end again or the start of the next state.
     */
    StateBarrier(DataConnection main, SnapshotState state, boolean acknowledgedBefore) {
        this.main = main;
        this.state = state;
        this.acknowledgedBefore = acknowledgedBefore;
        participants.add(main);
    }

    SnapshotState state() {
        return state;
    }

    List<DataConnection> participants() {
        return participants;
    }

    void join(DataConnection worker) {
        participants.add(worker);
    }

    /** Takes the end of a state on a connection. Returns true if it is the last one and the state must be acknowledged. */
    boolean onEnd(DataConnection connection, StateDescriptor end) {
        if (end.state() != state) {
            throw new UnexpectedPacketException(state.name(), "the end of " + end.state());
        }
        ended.add(connection);
        if (connection == main) {
            mainEnd = end;
        }
        if (acknowledged || mainEnd == null || !ended.containsAll(participants)) {
            return false;
        }
        acknowledged = true;
        return true;
    }

    /** Returns the end of the state on the main connection, which is what is acknowledged. */
    StateDescriptor mainEnd() {
        return mainEnd;
    }

    /** Takes the start of a state on a connection. Returns true if it is the last one and the clone may move. */
    boolean onStart(DataConnection connection, StateDescriptor start) {
        if (start.state().wireCode() != state.wireCode() + 1 || !(acknowledged || acknowledgedBefore)) {
            throw new UnexpectedPacketException(state.name(), "the start of " + start.state());
        }
        started.add(connection);
        if (connection == main) {
            mainStart = start;
        }
        return mainStart != null && started.containsAll(participants);
    }

    /** Moves to the next state and returns its start on the main connection. */
    StateDescriptor move() {
        StateDescriptor start = mainStart;
        state = start.state();
        ended.clear();
        started.clear();
        acknowledged = false;
        acknowledgedBefore = false;
        mainEnd = null;
        mainStart = null;
        return start;
    }
}
