package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.TestConnection;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateBarrierTest {

    private final DataConnection main = new TestConnection(0).connection;
    private final DataConnection first = new TestConnection(1).connection;
    private final DataConnection second = new TestConnection(2).connection;
    private final SnapshotCopy copy = TestSnapshots.empty();
    private final StateBarrier barrier = new StateBarrier(main, copy);

    private static StateDescriptor end(SnapshotState state, int task) {
        return new StateDescriptor(100, state, task, 14, 7, 0, 0, 0);
    }

    private static StateDescriptor start(SnapshotState state, int task) {
        return new StateDescriptor(100, state, task, 14, 7, 1000, 2000, StateDescriptor.START);
    }

    /** Ends the copy's state where the barrier says so, as the session does. */
    private boolean ends(DataConnection connection) {
        Optional<StateDescriptor> end = barrier.onEnd(connection, end(copy.state(), connection.number()));
        end.ifPresent(acknowledged -> {
            assertThat(acknowledged).as("what is acknowledged").isEqualTo(end(copy.state(), main.number()));
            TestSnapshots.end(copy);
        });
        return end.isPresent();
    }

    /** Moves the copy where the barrier says so. */
    private boolean startsNext(DataConnection connection) {
        SnapshotState next = SnapshotState.values()[copy.state().ordinal() + 1];
        Optional<StateDescriptor> start = barrier.onStart(connection, start(next, connection.number()));
        start.ifPresent(moved -> {
            assertThat(moved).as("to what the copy moves").isEqualTo(start(next, main.number()));
            TestSnapshots.move(copy, moved);
        });
        return start.isPresent();
    }

    /** Goes to FILE_COPY, which the main connection does alone. */
    private void toFileCopy() {
        assertThat(ends(main)).isTrue();
        assertThat(startsNext(main)).isTrue();
    }

    private void assertRefused(Runnable event, String message) {
        assertThatExceptionOfType(UnexpectedPacketException.class)
                .isThrownBy(event::run)
                .withMessage("unexpected packet: " + message);
    }

    @Test
    void goesFromInitToDoneWithTheMainConnectionAlone() {
        for (SnapshotState state : new SnapshotState[] {
            SnapshotState.INIT, SnapshotState.FILE_COPY, SnapshotState.PAGE_COPY, SnapshotState.REDO_COPY
        }) {
            assertThat(copy.state()).isEqualTo(state);
            assertThat(ends(main)).as("end of %s", state).isTrue();
            assertThat(startsNext(main)).as("start after %s", state).isTrue();
        }
        assertThat(copy.state()).isEqualTo(SnapshotState.DONE);
    }

    @Test
    void acknowledgesWhenTheLastHasEnded() {
        toFileCopy();
        barrier.join(first);
        barrier.join(second);

        assertThat(ends(second)).isFalse();
        assertThat(ends(main)).isFalse();
        assertThat(ends(second)).as("the same again").isFalse();
        assertThat(ends(first)).isTrue();
    }

    @Test
    void acknowledgesOnce() {
        toFileCopy();
        assertThat(ends(main)).isTrue();

        assertThat(ends(main)).isFalse();
    }

    @Test
    void movesWhenTheLastHasStarted() {
        toFileCopy();
        barrier.join(first);
        barrier.join(second);
        ends(main);
        ends(first);
        ends(second);

        assertThat(startsNext(first)).isFalse();
        assertThat(startsNext(first)).as("the same again").isFalse();
        assertThat(startsNext(main)).isFalse();
        assertThat(startsNext(second)).isTrue();
        assertThat(copy.state()).isEqualTo(SnapshotState.PAGE_COPY);
        assertThat(barrier.participants()).containsExactly(main, first, second);
    }

    @Test
    void resetsForEachState() {
        toFileCopy();
        barrier.join(first);
        ends(main);
        ends(first);
        startsNext(main);
        startsNext(first);

        assertThat(ends(first)).isFalse();
        assertThat(ends(main)).isTrue();
        assertThat(startsNext(main)).isFalse();
        assertThat(startsNext(first)).isTrue();
    }

    @Test
    void waitsForAWorkerThatJoinsWhenOthersHaveEnded() {
        toFileCopy();
        barrier.join(first);
        assertThat(ends(first)).isFalse();
        barrier.join(second);

        assertThat(ends(main)).as("with the late one under way").isFalse();
        assertThat(ends(second)).isTrue();
    }

    /** The donor takes workers on until it moves; such a worker ends a state that is acknowledged already. */
    @Test
    void waitsForAWorkerThatJoinsAfterTheAcknowledgement() {
        toFileCopy();
        assertThat(ends(main)).isTrue();
        barrier.join(first);
        assertThat(ends(first)).as("a second acknowledgement").isFalse();

        assertThat(startsNext(main)).as("without the late one").isFalse();
        assertThat(startsNext(first)).isTrue();
    }

    @Test
    void waitsForAWorkerThatJoinsWhenOthersHaveStartedTheNext() {
        toFileCopy();
        barrier.join(first);
        ends(main);
        ends(first);
        startsNext(first);
        barrier.join(second);
        assertThat(ends(second)).isFalse();

        assertThat(startsNext(main)).isFalse();
        assertThat(startsNext(second)).isTrue();
    }

    @Test
    void needsNoStartOfTheStateThatAWorkerJoinsIn() {
        toFileCopy();
        ends(main);
        startsNext(main);
        barrier.join(first);
        ends(first);

        assertThat(ends(main)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotState.class,
            names = {"FILE_COPY"},
            mode = EnumSource.Mode.EXCLUDE)
    void refusesTheEndOfAnotherState(SnapshotState other) {
        toFileCopy();

        assertRefused(() -> barrier.onEnd(main, end(other, 0)), "the end of " + other + " (expected: FILE_COPY)");
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotState.class,
            names = {"PAGE_COPY"},
            mode = EnumSource.Mode.EXCLUDE)
    void refusesToSkipOrRepeatAState(SnapshotState other) {
        toFileCopy();
        ends(main);

        assertRefused(() -> barrier.onStart(main, start(other, 0)), "the start of " + other + " (expected: FILE_COPY)");
    }

    @Test
    void refusesAStartBeforeTheAcknowledgement() {
        toFileCopy();
        barrier.join(first);
        ends(main);

        assertRefused(() -> startsNext(main), "the start of PAGE_COPY (expected: FILE_COPY)");
    }

    /** Over other connections, because the first broke after the acknowledgement. */
    private StateBarrier barrierAfterABreak() {
        toFileCopy();
        assertThat(ends(main)).isTrue();
        return new StateBarrier(first, copy);
    }

    @Test
    void acknowledgesAgainWhereConnectionsBrokeAndTheDonorRepeatsTheEnd() {
        StateDescriptor end = end(SnapshotState.FILE_COPY, 0);

        assertThat(barrierAfterABreak().onEnd(first, end)).contains(end);
    }

    @Test
    void movesAtOnceWhereConnectionsBrokeAndTheDonorGotTheAcknowledgement() {
        StateDescriptor start = start(SnapshotState.PAGE_COPY, 0);

        assertThat(barrierAfterABreak().onStart(first, start)).contains(start);
    }
}
