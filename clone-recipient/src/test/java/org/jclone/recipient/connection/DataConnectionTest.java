package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.clone.response.DataDescriptorResponse.innodb;

import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.apply.BlockWriter;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.apply.FileTable;
import org.jclone.recipient.apply.KeyBlocks;
import org.jclone.recipient.apply.SegmentWriter;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.verify.CopyCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a streaming connection tells the session, and when it waits. */
class DataConnectionTest {

    private static final StateDescriptor END = state(SnapshotState.FILE_COPY, 0);
    private static final StateDescriptor START = state(SnapshotState.PAGE_COPY, StateDescriptor.START);
    private static final FileDescriptor FILE = new FileDescriptor(
            100, SnapshotState.FILE_COPY, 1, 1, 0x4021, 4096, 0, 7, 0, 1, 1, "./s/a.ibd", Optional.empty());

    @TempDir
    Path temp;

    private final List<Object> heard = new ArrayList<>();
    private final TestConnection test = new TestConnection(3);
    private Optional<CloneException> refusal = Optional.empty();

    @BeforeEach
    void execute() {
        SegmentWriter writer = new SegmentWriter(new OpenFiles(DirectIo.probe(temp, false)), 16384, CopyCheck.off());
        KeyBlocks keyBlocks = new KeyBlocks(new TargetKeys(EncryptionSettings.NONE, false), 16384);
        test.connection.execute(
                new Recorder(),
                onFailure -> new BlockWriter(
                        new FileTable(16384, () -> SnapshotState.FILE_COPY),
                        writer,
                        keyBlocks,
                        new ChunkMap(16384),
                        onFailure));
        test.assertSent(ExecuteCommand.INSTANCE);
    }

    @AfterEach
    void release() {
        test.release();
    }

    private final class Recorder implements ConnectionListener {

        @Override
        public void onStateEnd(DataConnection connection, StateDescriptor state) {
            note(connection, state);
        }

        @Override
        public void onStateStart(DataConnection connection, StateDescriptor state) {
            note(connection, state);
        }

        @Override
        public void onFile(FileDescriptor file) throws CloneException {
            heard.add(file);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
        }

        @Override
        public void onExecuteComplete(DataConnection connection) {
            note(connection, "complete");
        }

        @Override
        public void onFailure(DataConnection connection, Throwable cause) {
            note(connection, cause);
        }

        private void note(DataConnection connection, Object event) {
            assertThat(connection).isSameAs(test.connection);
            heard.add(event);
        }
    }

    private static StateDescriptor state(SnapshotState state, int flags) {
        return new StateDescriptor(100, state, 0, 1, 1, 0, 0, flags);
    }

    private Throwable failure() {
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0)).isInstanceOf(Throwable.class);
        return (Throwable) heard.get(0);
    }

    @Test
    void passesOnWhatTheStreamTells() {
        test.donorSends(innodb(new TaskDescriptor(100, 0, 0, 0)), innodb(FILE), innodb(END));

        assertThat(heard).containsExactly(FILE, END);
        assertThat(test.connection.number()).isEqualTo(3);
    }

    @Test
    void ignoresKeepAlives() {
        test.donorSends(
                innodb(state(SnapshotState.FILE_COPY, StateDescriptor.START | StateDescriptor.ACK)),
                innodb(state(SnapshotState.FILE_COPY, StateDescriptor.ACK)));

        assertThat(heard).isEmpty();
        assertThat(test.connection.decoder().isReading()).isTrue();
    }

    @Test
    void waitsAtTheStartOfAState() {
        test.donorSends(innodb(START), innodb(FILE));
        assertThat(heard).containsExactly(START);
        assertThat(test.connection.decoder().isReading()).isFalse();

        test.connection.proceed();
        test.runTasks();
        assertThat(heard).containsExactly(START, FILE);
        assertThat(test.connection.decoder().isReading()).isTrue();
    }

    @Test
    void collectsAnswersAgainAfterTheStream() {
        test.donorSends(CompleteResponse.INSTANCE);
        assertThat(heard).containsExactly("complete");

        CompletableFuture<Void> left = test.connection.exit(Duration.ofSeconds(30));
        test.runTasks();
        test.donorSends(CompleteResponse.INSTANCE);
        assertThat(left).isCompleted();
        test.channel.close();
        assertThat(heard).as("the close is none of the stream's business").containsExactly("complete");
    }

    @Test
    void reportsTheDonorsError() {
        test.donorSends(new ErrorResponse(1317, "interrupted"));
        test.channel.close();

        assertThat(failure()).isInstanceOf(CloneErrorResponseException.class).hasMessage("1317: interrupted");
    }

    @Test
    void reportsTheEndOfTheConnectionOnce() {
        test.channel.close();

        assertThat(failure()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void reportsAFileThatCannotBeAppliedAndStopsReading() {
        CloneException refused = new CloneException(CloneErrorCode.PROTOCOL, "refused", "hint");
        refusal = Optional.of(refused);
        test.donorSends(innodb(FILE), innodb(FILE), innodb(END));

        assertThat(heard).containsExactly(FILE, refused);
        assertThat(test.connection.decoder().isReading()).isFalse();
    }

    /** As many as came while the session flushes a terabyte would have to be remembered. */
    @Test
    void refusesTheEndOfAStateTwice() {
        test.donorSends(innodb(END), innodb(END));

        assertThat(heard).hasSize(2).first().isEqualTo(END);
        assertThat(heard)
                .last(InstanceOfAssertFactories.THROWABLE)
                .isInstanceOf(UnexpectedPacketException.class)
                .hasMessageContaining("the end of FILE_COPY");
    }

    @Test
    void refusesALocatorWithinTheStream() {
        test.donorSends(innodb(Locator.forVersion()));

        assertThat(failure()).isInstanceOf(UnexpectedPacketException.class).hasMessageContaining("a locator");
    }

    @Test
    void refusesAParameterWithinTheStream() {
        test.donorSends(new CollationResponse("utf8mb4_bin"));

        assertThat(failure()).isInstanceOf(UnexpectedPacketException.class).hasMessageContaining("CollationResponse");
    }

    /** The donor drops a connection that reads nothing for a minute. */
    @Test
    void readsALittleWhileParked() {
        test.channel.freezeTime();
        test.connection.park();
        test.runTasks();
        test.donorSends(innodb(FILE));
        assertThat(heard).isEmpty();

        test.channel.advanceTimeBy(10, TimeUnit.SECONDS);
        test.channel.runScheduledPendingTasks();
        assertThat(heard).containsExactly(FILE);
        assertThat(test.connection.decoder().isReading()).as("parked again").isFalse();
    }

    @Test
    void readsAgainWhenNoLongerParked() {
        test.connection.park();
        test.runTasks();
        assertThat(test.connection.decoder().isReading()).isFalse();
        test.donorSends(innodb(FILE));
        assertThat(heard).isEmpty();

        test.connection.unpark();
        test.runTasks();
        assertThat(heard).containsExactly(FILE);
        assertThat(test.connection.decoder().isReading()).isTrue();
    }

    private void passes(long seconds) {
        test.nanos += TimeUnit.SECONDS.toNanos(seconds);
        test.connection.checkSilence(Duration.ofSeconds(30), Duration.ofMinutes(10));
        test.runTasks();
    }

    @Test
    void failsWhereTheDonorIsSilentWithinAState() {
        passes(30);
        assertThat(heard).isEmpty();
        passes(1);

        assertThat(failure()).isInstanceOf(DonorTimeoutException.class).hasMessageContaining("silent for 30 s");
    }

    @Test
    void isPatientBetweenTwoStates() {
        test.donorSends(innodb(END));
        passes(599);
        assertThat(heard).containsExactly(END);
        passes(2);

        assertThat(heard).last(InstanceOfAssertFactories.THROWABLE).hasMessageContaining("silent for 600 s");
    }

    @Test
    void countsEveryByteAsASignOfLife() {
        passes(29);
        test.donorSends(innodb(state(SnapshotState.FILE_COPY, StateDescriptor.ACK)));
        passes(29);

        assertThat(heard).isEmpty();
    }

    @Test
    void doesNotBlameTheDonorWhileItReadsNothingItself() {
        test.donorSends(innodb(START));
        passes(3600);
        assertThat(heard).containsExactly(START);

        test.connection.proceed();
        passes(29);
        assertThat(heard).containsExactly(START);
    }

    @Test
    void readsNothingUntilTheBandwidthLimitAllowsIt() {
        TestConnection limited = new TestConnection(1, new BandwidthLimits(0, 1));
        limited.channel.freezeTime();
        limited.connection.onReceived(0, 3L << 20);
        assertThat(limited.connection.decoder().isReading()).isFalse();

        limited.advance(2);
        assertThat(limited.connection.decoder().isReading()).isFalse();
        limited.advance(1);
        assertThat(limited.connection.decoder().isReading()).isTrue();
    }

    @Test
    void wakesUpWithinASecondWhenTheLimitIsLifted() {
        TestConnection limited = new TestConnection(1, new BandwidthLimits(0, 1));
        limited.channel.freezeTime();
        limited.connection.onReceived(0, 3600L << 20);
        limited.throttle.setLimits(BandwidthLimits.NONE);
        assertThat(limited.connection.decoder().isReading()).isFalse();

        limited.advance(1);
        assertThat(limited.connection.decoder().isReading()).isTrue();
    }
}
