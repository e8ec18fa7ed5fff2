package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.protocol.clone.response.DataDescriptorResponse.innodb;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.connection.LocalDonor;
import org.jclone.recipient.connection.LocalDonor.Peer;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A conversation with a donor in this process, which has one empty file. Connection 0 is the main one, 1 the auxiliary. */
@Timeout(300)
class CloneStreamTest {

    private static final int AUX = 1;

    @TempDir
    Path temp;

    private TestContext test;
    private LocalDonor donor;
    private Target target;
    private DonorLink link;
    private CloneStream stream;
    private final SnapshotCopy copy = TestSnapshots.empty();

    /** Whether another connection than the main one may be opened. */
    private boolean workersWelcome = true;

    /** Whether COM_ATTACH is answered only when the main connection exits. */
    private boolean attachesAtTheEnd;

    /** What the donor announces besides what it sends. */
    private long furtherFiles;

    private FileDescriptor file = file(0);

    // The donor's own view, on its event loop.
    private SnapshotState state = SnapshotState.INIT;
    private final List<Peer> streaming = new ArrayList<>();
    private final List<Peer> attaching = new ArrayList<>();

    private static FileDescriptor file(long index) {
        return new FileDescriptor(
                100, SnapshotState.FILE_COPY, 0, 0, 0x4021, 4096, 0, 7, index, 0, 0, "./s/a.ibd", Optional.empty());
    }

    private void begin(int connections) throws CloneException {
        test = new TestContext(
                temp.resolve("clone"),
                request -> request.transfer(
                        it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false)));
        donor = new LocalDonor(this::onCommand, test.context.throttle(), test.context.nanoClock());
        target = Target.create(test.target(), false, TestSnapshots.donor(Map.of()), copy, false, TestContext.BEGIN);
        target.beginJournal();
        target.keepJournal(Optional.empty());
        link = new DonorLink(donor.connect(Optional.empty()), donor.connect(Optional.empty()));
        stream = new CloneStream(
                test.context,
                link,
                new CloneStream.Workforce() {
                    @Override
                    public CompletableFuture<DataConnection> openData(int number) {
                        return workersWelcome
                                ? CompletableFuture.completedFuture(donor.connect(Optional.empty()))
                                : CompletableFuture.failedFuture(new IOException("no more"));
                    }

                    @Override
                    public CompressionTuner.Trial tuneCompression(List<DataConnection> working) {
                        return CompressionTuner.Trial.NONE;
                    }
                },
                target,
                copy);
    }

    @AfterEach
    void close() {
        link.abandon().join();
        target.close();
        donor.close();
        test.events();
    }

    private StateDescriptor end(Peer peer) {
        return new StateDescriptor(100, state, peer.number(), 0, 1, 0, 0, 0);
    }

    private StateDescriptor start(Peer peer) {
        return new StateDescriptor(100, state, peer.number(), 0, 1 + furtherFiles, 1000, 2000, StateDescriptor.START);
    }

    /** Does what an honest donor does. Tests change it by what they set. */
    private synchronized void onCommand(Peer peer, CloneCommand command) {
        switch (command.code()) {
            case COM_EXECUTE -> execute(peer);
            case COM_ACK -> acknowledged(peer, (AckCommand) command);
            case COM_ATTACH -> {
                if (attachesAtTheEnd) {
                    attaching.add(peer);
                    streaming.forEach(each -> each.send(innodb(end(each))));
                } else {
                    attach(peer);
                }
            }
            case COM_EXIT -> {
                peer.send(CompleteResponse.INSTANCE);
                if (peer.number() == 0) {
                    attaching.forEach(this::attach);
                }
            }
            case COM_INIT, COM_REINIT -> throw new AssertionError(command);
        }
    }

    private void attach(Peer peer) {
        Locator locator = new Locator(100, 3, 4, 0, state, false, Optional.empty());
        peer.send(new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(locator))), CompleteResponse.INSTANCE);
    }

    private void execute(Peer peer) {
        streaming.add(peer);
        peer.send(innodb(new TaskDescriptor(100, peer.number(), 0, 0)));
        if (peer.number() == 0) {
            peer.send(innodb(end(peer)));
        } else {
            streaming.forEach(each -> each.send(innodb(end(each)))); // the main one has waited for this
        }
    }

    private void acknowledged(Peer peer, AckCommand ack) {
        peer.send(CompleteResponse.INSTANCE);
        if (ack.errorCode() != 0) {
            return;
        }
        assertThat(ack.stateDescriptor().state()).isEqualTo(state);
        state = SnapshotState.values()[state.ordinal() + 1];
        for (Peer each : streaming) {
            each.send(innodb(start(each)));
            if (state == SnapshotState.DONE) {
                each.send(CompleteResponse.INSTANCE);
            } else if (state == SnapshotState.FILE_COPY) {
                each.send(innodb(file));
                if (test.context.request().transfer().maxConcurrency() == 1 || !workersWelcome) {
                    each.send(innodb(end(each)));
                }
            } else {
                each.send(innodb(end(each)));
            }
        }
    }

    private CloneException failure() {
        CloneException[] failure = new CloneException[1];
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> stream.run())
                .satisfies(thrown -> failure[0] = thrown);
        return failure[0];
    }

    @Test
    void receivesAllStatesAndAcknowledgesEach() throws CloneException {
        begin(1);
        stream.run();

        assertThat(copy.state()).isEqualTo(SnapshotState.DONE);
        assertThat(copy.isWhole()).isTrue();
        assertThat(copy.isMetadataComplete()).isTrue();
        assertThat(donor.said).containsExactly("0 COM_EXECUTE", "1 COM_ACK", "1 COM_ACK", "1 COM_ACK", "1 COM_ACK");
        assertThat(temp.resolve("clone/s/a.ibd")).exists();
        test.context.endStage();
        assertThat(test.events(CloneEvent.StageCompleted.class))
                .extracting(event -> event.stage().stage())
                .containsExactly(CloneStage.FILE_COPY, CloneStage.PAGE_COPY, CloneStage.REDO_COPY);
        assertThat(test.events()).contains(new CloneEvent.SnapshotOpened(1, 1000, 2000));
    }

    @Test
    void letsAWorkerTakePartOnceAllFilesAreKnown() throws CloneException {
        begin(2);
        stream.run();

        assertThat(donor.said)
                .containsSubsequence("0 COM_EXECUTE", "1 COM_ACK", "2 COM_ATTACH", "2 COM_EXECUTE", "1 COM_ACK")
                .filteredOn("1 COM_ACK"::equals)
                .hasSize(4);
        assertThat(test.events(CloneEvent.ConnectionsChanged.class))
                .containsExactly(new CloneEvent.ConnectionsChanged(2, "as configured"));
    }

    @Test
    void continuesWithoutAWorkerThatCannotConnect() throws CloneException {
        workersWelcome = false;
        begin(2);
        stream.run();

        assertThat(copy.isWhole()).isTrue();
        assertThat(test.events(CloneEvent.Warning.class))
                .extracting(CloneEvent.Warning::text)
                .singleElement()
                .asString()
                .startsWith("the clone continues without a further connection: ");
    }

    @Test
    void exitsOnAllConnections() throws CloneException {
        begin(2);
        stream.run();
        donor.said.clear();
        stream.exit();

        assertThat(donor.said)
                .filteredOn(said -> said.endsWith("COM_EXIT"))
                .containsExactlyInAnyOrder("0 COM_EXIT", "1 COM_EXIT", "2 COM_EXIT");
    }

    @Test
    void awaitsAWorkerThatStillAttaches() throws CloneException {
        attachesAtTheEnd = true;
        begin(2);
        stream.run();
        stream.exit();

        assertThat(donor.said).containsSubsequence("0 COM_EXIT", "2 COM_EXIT");
    }

    @Test
    void failsWhenAConnectionBreaks() throws CloneException {
        file = file(1); // so that FILE COPY does not end
        begin(1);
        onFirstAck(() -> donor.peer(0).close());

        assertThat(failure().code()).isEqualTo(CloneErrorCode.CONNECTION_LOST);
        assertThat(copy.isWhole()).isFalse();
    }

    @Test
    void reportsTheErrorOfTheDonor() throws CloneException {
        begin(1);
        onFirstAck(() -> donor.peer(0).send(new ErrorResponse(1317, "interrupted")));

        assertThat(failure()).hasMessageContaining("error 1317: interrupted");
    }

    /** Lets the donor do something else than continue when INIT is acknowledged. */
    private void onFirstAck(Runnable action) {
        donor.close();
        donor = new LocalDonor(
                (peer, command) -> {
                    if (command instanceof AckCommand) {
                        action.run();
                    } else {
                        onCommand(peer, command);
                    }
                },
                test.context.throttle(),
                test.context.nanoClock());
        link = new DonorLink(donor.connect(Optional.empty()), donor.connect(Optional.empty()));
        stream = new CloneStream(test.context, link, NOBODY, target, copy);
    }

    private static final CloneStream.Workforce NOBODY = new CloneStream.Workforce() {
        @Override
        public CompletableFuture<DataConnection> openData(int number) {
            throw new AssertionError("nobody is wanted");
        }

        @Override
        public CompressionTuner.Trial tuneCompression(List<DataConnection> working) {
            return CompressionTuner.Trial.NONE;
        }
    };

    @Test
    void doesNotCallACopyCompleteThatLacksAFile() throws CloneException {
        furtherFiles = 1;
        begin(1);
        CloneException failure = failure();

        assertThat(failure.code()).isEqualTo(CloneErrorCode.PROTOCOL);
        assertThat(failure).hasMessageContaining("did not send all that it had announced for FILE COPY");
        assertThat(copy.state()).isEqualTo(SnapshotState.FILE_COPY);
    }

    @Test
    void refusesAFileThatWasNotAnnounced() throws CloneException {
        file = file(1);
        begin(1);

        assertThat(failure()).hasMessageContaining("1 (expected: less than the files announced)");
    }

    @Test
    void endsWhenItIsAborted() throws CloneException {
        begin(1);
        onFirstAck(() -> stream.onAbort(ScriptedDonor.failure(CloneErrorCode.ABORTED)));

        assertThat(failure().code()).isEqualTo(CloneErrorCode.ABORTED);
    }

    @Test
    void losesADonorThatFallsSilent() throws CloneException {
        begin(1);
        onFirstAck(() -> test.pass(Duration.ofMinutes(10)));
        CloneException failure = failure();

        assertThat(failure.code()).isEqualTo(CloneErrorCode.CONNECTION_LOST);
        assertThat(failure).hasMessageContaining("has been silent for");
    }

    @Test
    void tellsTheDonorOfTheFailureWhenItAbandonsTheConnections() throws Exception {
        begin(2);
        stream.run();
        donor.said.clear();
        stream.abandon();

        assertThat(donor.said).containsExactly(AUX + " COM_ACK");
        assertThat(List.of(donor.closed.take(), donor.closed.take(), donor.closed.take()))
                .containsExactlyInAnyOrder(0, 1, 2);
    }
}
