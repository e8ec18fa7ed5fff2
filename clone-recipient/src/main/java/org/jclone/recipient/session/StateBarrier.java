package org.jclone.recipient.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.target.SnapshotCopy;

/**
 * The barriers of the protocol: which connections have reached the end of a state, or the start of the next. Which state
 * that is, and whether it has ended, the {@link SnapshotCopy} knows.
 *
 * <pre>
 *   INIT ──► FILE_COPY ──► PAGE_COPY ──► REDO_COPY ──► DONE
 *     each arrow:  all participants ended ─► acknowledge ─► all participants started the next ─► move
 * </pre>
 *
 * <p>INIT ends on the main connection alone; DONE has no end. A participant that joins in a state gets no start of it.
 * Where connections broke after the end of a state, the donor sends on new ones either that end again, which is
 * acknowledged again, or the start of the next state. Source: docs/protocol/02-innodb-clone-stream.md, sections 2.5 and
 * 3.
 */
final class StateBarrier {

    private final DataConnection main;
    private final SnapshotCopy copy;
    private final List<DataConnection> participants = new ArrayList<>();
    private final Set<DataConnection> ended = new HashSet<>();
    private final Set<DataConnection> started = new HashSet<>();

    private Optional<StateDescriptor> mainEnd = Optional.empty();
    private Optional<StateDescriptor> mainStart = Optional.empty();
    private boolean passedEnd;

    StateBarrier(DataConnection main, SnapshotCopy copy) {
        this.main = main;
        this.copy = copy;
        participants.add(main);
    }

    List<DataConnection> participants() {
        return participants;
    }

    void join(DataConnection worker) {
        participants.add(worker);
    }

    /**
     * Takes the end of a state on a connection.
     *
     * @return if it is the last one, the end on the main connection, which must be acknowledged
     */
    Optional<StateDescriptor> onEnd(DataConnection connection, StateDescriptor end) {
        SnapshotState state = copy.state();
        if (end.state() != state) {
            throw new UnexpectedPacketException(state.name(), "the end of " + end.state());
        }
        ended.add(connection);
        if (connection == main) {
            mainEnd = Optional.of(end);
        }
        if (passedEnd || mainEnd.isEmpty() || !ended.containsAll(participants)) {
            return Optional.empty();
        }
        passedEnd = true;
        return mainEnd;
    }

    /**
     * Takes the start of a state on a connection.
     *
     * @return if it is the last one, the start on the main connection, to which the clone moves
     */
    Optional<StateDescriptor> onStart(DataConnection connection, StateDescriptor start) {
        SnapshotState state = copy.state();
        if (start.state().wireCode() != state.wireCode() + 1 || !copy.isEnded()) {
            throw new UnexpectedPacketException(state.name(), "the start of " + start.state());
        }
        started.add(connection);
        if (connection == main) {
            mainStart = Optional.of(start);
        }
        if (mainStart.isEmpty() || !started.containsAll(participants)) {
            return Optional.empty();
        }
        Optional<StateDescriptor> next = mainStart;
        ended.clear();
        started.clear();
        mainEnd = Optional.empty();
        mainStart = Optional.empty();
        passedEnd = false;
        return next;
    }
}
