package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.connection.CloneErrorResponseException;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.TestConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final AttachCommand ATTACH = new AttachCommand(
            0x0103, new DdlSettings(300, false), List.of(LocatorEntry.innodb(locator(SnapshotState.INIT))));

    private final List<CompletableFuture<DataConnection>> asked = new ArrayList<>();
    private final List<SessionEvent> events = new ArrayList<>();
    private final Workers workers = new Workers(this::connect, ATTACH, events::add);

    private CompletableFuture<DataConnection> connect(int number) {
        asked.add(new CompletableFuture<>());
        assertThat(number).as("number of the worker").isEqualTo(asked.size());
        return asked.get(number - 1);
    }

    private static Locator locator(SnapshotState state) {
        return new Locator(100, 3, 4, 0, state, false, Optional.empty());
    }

    private static CloneResponse locators(SnapshotState state) {
        return new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(locator(state))));
    }

    private SessionEvent takeEvent() {
        assertThat(events).hasSize(1);
        return events.remove(0);
    }

    /** Lets the connection that was asked for as {@code number} stand. */
    private final List<TestConnection> opened = new ArrayList<>();

    @AfterEach
    void release() {
        opened.forEach(TestConnection::release);
    }

    private TestConnection connected(int number) {
        TestConnection test = new TestConnection(number);
        opened.add(test);
        asked.get(number - 1).complete(test.connection);
        assertThat(takeEvent()).isEqualTo(new SessionEvent.WorkerConnected(test.connection));
        workers.onConnected(test.connection);
        return test;
    }

    /** Lets the donor take a worker on. */
    private void attached(TestConnection worker, SnapshotState donorState) {
        worker.assertSent(ATTACH);
        worker.donorSends(locators(donorState), CompleteResponse.INSTANCE);
        SessionEvent event = takeEvent();
        assertThat(event).isEqualTo(new SessionEvent.WorkerAttached(worker.connection, donorState));
        workers.onAttached((SessionEvent.WorkerAttached) event);
    }

    @Test
    void opensWhatIsWantedAndNoMore() {
        workers.want(0);
        assertThat(asked).isEmpty();
        workers.want(3);
        assertThat(asked).hasSize(3);
        workers.want(2);
        workers.want(3);
        assertThat(asked).hasSize(3);
        workers.want(4);
        assertThat(asked).hasSize(4);
        assertThat(events).isEmpty();
    }

    @Test
    void attachesOnlyWhenAllFilesAreKnown() {
        workers.want(2);
        TestConnection early = connected(1);
        early.assertNothingSent();

        workers.allowAttach();
        early.assertSent(ATTACH);
        TestConnection late = connected(2);
        late.assertSent(ATTACH);
        assertThat(workers.connected()).containsExactly(early.connection, late.connection);
    }

    @Test
    void takesPartInTheStateThatTheDonorIsIn() {
        workers.want(3);
        workers.allowAttach();
        TestConnection first = connected(1);
        TestConnection second = connected(2);
        TestConnection third = connected(3);
        attached(first, SnapshotState.FILE_COPY);
        attached(second, SnapshotState.PAGE_COPY);
        attached(third, SnapshotState.FILE_COPY);

        assertThat(workers.takeAttached(SnapshotState.FILE_COPY)).containsExactly(first.connection, third.connection);
        assertThat(workers.takeAttached(SnapshotState.FILE_COPY))
                .as("once only")
                .isEmpty();
        assertThat(workers.isSettled()).isFalse();
        assertThat(workers.takeAttached(SnapshotState.PAGE_COPY)).containsExactly(second.connection);
        assertThat(workers.isSettled()).isTrue();
    }

    @Test
    void isSettledWhenEveryWorkerTakesPartOrWillNotCome() {
        assertThat(workers.isSettled()).isTrue();
        workers.want(2);
        workers.allowAttach();
        assertThat(workers.isSettled()).isFalse();
        attached(connected(1), SnapshotState.FILE_COPY);
        workers.takeAttached(SnapshotState.FILE_COPY);
        assertThat(workers.isSettled()).isFalse();

        workers.onRefused();
        assertThat(workers.isSettled()).isTrue();
        workers.want(3);
        assertThat(workers.isSettled()).isFalse();
    }

    @Test
    void reportsAConnectionThatFails() {
        IOException cause = new IOException("refused");
        workers.want(1);
        asked.get(0).completeExceptionally(cause);

        assertThat(takeEvent()).isEqualTo(new SessionEvent.WorkerRefused(cause));
    }

    @Test
    void reportsAWorkerThatTheDonorRefuses() {
        workers.want(1);
        workers.allowAttach();
        TestConnection worker = connected(1);
        worker.assertSent(ATTACH);
        worker.donorSends(new ErrorResponse(3634, "too many"));

        assertThat(takeEvent())
                .isInstanceOfSatisfying(
                        SessionEvent.WorkerRefused.class,
                        refused -> assertThat(refused.cause())
                                .isInstanceOf(CloneErrorResponseException.class)
                                .hasMessage("3634: too many"));
        assertThat(worker.channel.isOpen()).isFalse();
    }

    @Test
    void reportsAWorkerThatIsCutOff() {
        workers.want(1);
        workers.allowAttach();
        TestConnection worker = connected(1);
        worker.assertSent(ATTACH);
        worker.channel.close();

        assertThat(takeEvent())
                .isInstanceOfSatisfying(
                        SessionEvent.WorkerRefused.class,
                        refused -> assertThat(refused.cause()).isInstanceOf(ClosedChannelException.class));
    }

    @Test
    void failsOnAnAnswerWithoutLocator() {
        workers.want(1);
        workers.allowAttach();
        TestConnection worker = connected(1);
        worker.assertSent(ATTACH);
        worker.donorSends(CompleteResponse.INSTANCE);

        assertThat(takeEvent())
                .isInstanceOfSatisfying(
                        SessionEvent.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(UnexpectedPacketException.class));
    }

    @Test
    void failsOnAnAnswerWhoseLocatorIsNone() {
        workers.want(1);
        workers.allowAttach();
        TestConnection worker = connected(1);
        worker.assertSent(ATTACH);
        LocatorEntry broken = new LocatorEntry(LocatorEntry.INNODB, Bytes.of(new byte[33]));
        worker.donorSends(new LocatorsResponse(0x0103, List.of(broken)), CompleteResponse.INSTANCE);

        assertThat(takeEvent())
                .isInstanceOfSatisfying(
                        SessionEvent.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(MalformedPacketException.class));
    }
}
