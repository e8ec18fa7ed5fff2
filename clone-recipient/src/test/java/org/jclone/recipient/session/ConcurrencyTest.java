package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.TransferSettings;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.TestConnection;
import org.jclone.recipient.session.CompressionTuner.Trial;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers connect and attach as soon as they are wanted. */
class ConcurrencyTest {

    private static final int MIB = 1 << 20;

    private final SnapshotCopy copy = TestSnapshots.empty();
    private final List<TestConnection> opened = new ArrayList<>(List.of(new TestConnection(0)));
    private final List<DataConnection> executed = new ArrayList<>();
    private final StateBarrier barrier = new StateBarrier(opened.get(0).connection, copy);
    private TestContext test;
    private Workers workers;
    private Concurrency concurrency;
    private boolean refuses;
    private int cores = 1;
    private Trial trial = Trial.NONE;

    @BeforeEach
    void begin() {
        begin(transfer -> transfer.withMaxConcurrency(4).withCompression(Compression.OFF));
    }

    private void begin(UnaryOperator<TransferSettings> transfer) {
        close();
        test = new TestContext(Path.of("target"), request -> request.transfer(transfer), cores);
        workers = new Workers(this::connect, copy.attachCommand(), event -> {});
        concurrency = new Concurrency(test.context, copy, barrier, workers, executed::add, working -> trial);
    }

    @AfterEach
    void close() {
        if (test != null) {
            test.events();
        }
    }

    private CompletableFuture<DataConnection> connect(int number) {
        if (refuses) {
            return CompletableFuture.failedFuture(new IOException("refused"));
        }
        TestConnection connection = new TestConnection(number);
        opened.add(connection);
        return CompletableFuture.completedFuture(connection.connection);
    }

    /** Lets the donor attach the workers that were opened and do not take part yet, in its state. */
    private void attach(SnapshotState state) {
        List<DataConnection> waiting = opened.stream()
                .map(each -> each.connection)
                .filter(each -> !barrier.participants().contains(each))
                .toList();
        waiting.forEach(each -> workers.onAttached(new SessionEvent.WorkerAttached(each, state)));
        if (!waiting.isEmpty()) {
            concurrency.joinWorkers();
        }
    }

    private void toFileCopy() {
        TestSnapshots.move(
                copy, new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, 0, StateDescriptor.START));
        concurrency.allowWorkers();
    }

    /** Lets a connection receive so much a second, for some seconds. */
    private void copyFor(int seconds, int mibPerSecond) {
        for (int tick = 0; tick < 20 * seconds; tick++) {
            test.pass(Duration.ofMillis(50));
            test.context.progress().received((long) mibPerSecond * MIB / 20 * reading(), 0);
            concurrency.tune();
            attach(SnapshotState.FILE_COPY);
        }
    }

    private int reading() {
        return (int) barrier.participants().stream()
                .filter(each -> opened.stream().anyMatch(test -> test.connection == each && test.isReading()))
                .count();
    }

    @AfterEach
    void release() {
        opened.forEach(TestConnection::release);
    }

    @Test
    void opensAllConnectionsAtOnceIfTheirNumberIsFixed() {
        begin(transfer -> transfer.withMaxConcurrency(4).withAutotuneConcurrency(false));
        concurrency.begin();

        assertThat(workers.wanted()).isEqualTo(3);
        assertThat(barrier.participants()).as("until they are attached").hasSize(1);
    }

    @Test
    void startsWithOneConnectionIfTheirNumberIsTuned() {
        concurrency.begin();

        assertThat(workers.wanted()).isZero();
    }

    @Test
    void opensThreeConnectionsForMuchDataWhereItHasTwoCpus() {
        cores = 2;
        begin(transfer -> transfer.withMaxConcurrency(4));
        concurrency.begin();
        test.context.beginStage(CloneStage.FILE_COPY, 256 * MIB);
        concurrency.beginFileCopy();

        assertThat(workers.wanted()).isEqualTo(2);
    }

    @Test
    void opensOneConnectionForLittleData() {
        cores = 2;
        begin(transfer -> transfer.withMaxConcurrency(4));
        concurrency.begin();
        test.context.beginStage(CloneStage.FILE_COPY, 255 * MIB);
        concurrency.beginFileCopy();

        assertThat(workers.wanted()).isZero();
    }

    @Test
    void letsWorkersJoinInTheStateOfTheirDonor() {
        begin(transfer -> transfer.withMaxConcurrency(2).withAutotuneConcurrency(false));
        concurrency.begin();
        toFileCopy();
        attach(SnapshotState.PAGE_COPY);
        assertThat(executed).isEmpty();

        TestSnapshots.move(
                copy, new StateDescriptor(100, SnapshotState.PAGE_COPY, 0, 1, 1, 0, 0, StateDescriptor.START));
        concurrency.joinWorkers();
        assertThat(executed).containsExactly(opened.get(1).connection);
        assertThat(test.events(CloneEvent.ConnectionsChanged.class))
                .containsExactly(new CloneEvent.ConnectionsChanged(2, "as configured"));
    }

    @Test
    void addsConnectionsAsLongAsThatPays() {
        concurrency.begin();
        toFileCopy();
        copyFor(3, 200);

        assertThat(barrier.participants()).hasSize(4);
        assertThat(test.events(CloneEvent.ConnectionsChanged.class))
                .extracting(CloneEvent.ConnectionsChanged::connections)
                .containsExactly(2, 3, 4);
    }

    @Test
    void keepsOneConnectionForTheComparisonOfCompression() {
        begin(transfer ->
                transfer.withMaxConcurrency(4).withCompression(Compression.OFF.withMode(Compression.Mode.AUTO)));
        concurrency.begin();
        toFileCopy();
        copyFor(3, 200);
        assertThat(workers.wanted()).isEqualTo(2);

        trial = Trial.WANTED;
        concurrency.tune();
        assertThat(workers.wanted()).isEqualTo(3);
    }

    @Test
    void doesNotChangeTheNumberWhileConnectionsAreCompared() {
        trial = Trial.UNDER_WAY;
        concurrency.begin();
        toFileCopy();
        copyFor(3, 200);

        assertThat(barrier.participants()).hasSize(1);
    }

    @Test
    void parksWhatDoesNotPayAndUnparksItWhenNothingElseArrives() {
        concurrency.begin();
        toFileCopy();
        for (int tick = 0; tick < 60 && reading() == barrier.participants().size(); tick++) {
            test.pass(Duration.ofMillis(50));
            test.context.progress().received(50 * MIB, 0); // as much with one as with two
            concurrency.tune();
            if (barrier.participants().size() == 1) {
                attach(SnapshotState.FILE_COPY);
            }
        }
        assertThat(barrier.participants()).hasSize(2);
        assertThat(opened.get(1).isReading()).as("parked").isFalse();

        test.pass(Duration.ofMillis(350));
        concurrency.tune();
        assertThat(opened.get(1).isReading()).as("unparked").isTrue();
    }

    @Test
    void unparksForTheLastChunks() {
        long size = 20_000L * MIB;
        concurrency.begin();
        toFileCopy();
        test.context.beginStage(CloneStage.FILE_COPY, size);
        while (test.context.progress().bytesLeft() > 0
                && (opened.size() == 1 || opened.get(1).isReading())) {
            test.pass(Duration.ofMillis(50));
            test.context.progress().received(50 * MIB, 0); // as much with one as with two
            concurrency.tune();
            if (barrier.participants().size() == 1) {
                attach(SnapshotState.FILE_COPY);
            }
        }
        test.context.progress().received(test.context.progress().bytesLeft() - 129 * MIB, 0);
        concurrency.tune();
        assertThat(opened.get(1).isReading()).isFalse();

        test.context.progress().received(2 * MIB, 0);
        concurrency.tune();
        assertThat(opened.get(1).isReading()).isTrue();
    }

    @Test
    void continuesWithTheConnectionsThereAreWhereTheDonorRefusesMore() {
        refuses = true;
        concurrency.begin();
        toFileCopy();
        copyFor(1, 200);
        concurrency.onRefused(new IOException("refused"));
        copyFor(3, 200);

        assertThat(workers.wanted()).isEqualTo(1);
        assertThat(test.events(CloneEvent.Warning.class))
                .extracting(CloneEvent.Warning::text)
                .containsExactly("the clone continues without a further connection: the connection to db1:3306 was"
                        + " lost while adding a connection: refused");
    }
}
