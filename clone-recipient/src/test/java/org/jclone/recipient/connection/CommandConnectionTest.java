package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.netty.ServerErrorException;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandConnectionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final CloneResponse FIRST = new CollationResponse("utf8mb4_bin");
    private static final CloneResponse SECOND = new CollationResponse("latin1_bin");

    private final TestConnection test = new TestConnection(0);
    private final CommandConnection connection = test.connection;

    private static Throwable failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        Throwable failure = catchThrowable(() -> future.getNow(null));
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    @AfterEach
    void release() {
        test.release();
    }

    @Test
    void collectsTheResponsesBeforeTheEnd() {
        CompletableFuture<List<CloneResponse>> answer = connection.call(ExecuteCommand.INSTANCE, TIMEOUT);
        test.assertSent(ExecuteCommand.INSTANCE);
        test.donorSends(FIRST, SECOND);
        assertThat(answer).isNotDone();

        test.donorSends(CompleteResponse.INSTANCE);
        assertThat(answer).isCompletedWithValue(List.of(FIRST, SECOND));
    }

    @Test
    void refusesAnAnswerThatWouldFillTheMemory() {
        CompletableFuture<List<CloneResponse>> answer = connection.call(ExecuteCommand.INSTANCE, TIMEOUT);
        test.runTasks();
        CloneResponse large = new CollationResponse("x".repeat(1 << 19));
        for (int i = 0; i < 15; i++) {
            test.donorSends(large);
        }
        assertThat(answer).isNotDone();

        test.donorSends(large);
        assertThat(failureOf(answer))
                .isInstanceOf(UnexpectedPacketException.class)
                .hasMessageContaining("8388608 bytes");
    }

    @Test
    void sendsACommandAfterTheAnswerToThePreviousOne() {
        CompletableFuture<List<CloneResponse>> first = connection.call(ExecuteCommand.INSTANCE, TIMEOUT);
        CompletableFuture<List<CloneResponse>> second = connection.call(ExitCommand.INSTANCE, TIMEOUT);
        test.assertSent(ExecuteCommand.INSTANCE);
        test.assertNothingSent();

        test.donorSends(FIRST, CompleteResponse.INSTANCE);
        assertThat(first).isCompletedWithValue(List.of(FIRST));
        test.assertSent(ExitCommand.INSTANCE);
        test.donorSends(SECOND, CompleteResponse.INSTANCE);
        assertThat(second).isCompletedWithValue(List.of(SECOND));
    }

    @Test
    void continuesAfterARefusal() {
        CompletableFuture<List<CloneResponse>> first = connection.call(ExecuteCommand.INSTANCE, TIMEOUT);
        CompletableFuture<List<CloneResponse>> second = connection.call(ExitCommand.INSTANCE, TIMEOUT);
        test.assertSent(ExecuteCommand.INSTANCE);
        test.donorSends(FIRST, new ErrorResponse(3634, "busy"));

        assertThat(failureOf(first))
                .isInstanceOf(CloneErrorResponseException.class)
                .hasMessage("3634: busy");
        test.assertSent(ExitCommand.INSTANCE);
        test.donorSends(CompleteResponse.INSTANCE);
        assertThat(second).as("without what was left of the first").isCompletedWithValue(List.of());
    }

    @Test
    void failsAllThatWaitWhenTheConnectionCloses() {
        CompletableFuture<List<CloneResponse>> first = connection.call(ExecuteCommand.INSTANCE, TIMEOUT);
        CompletableFuture<List<CloneResponse>> second = connection.call(ExitCommand.INSTANCE, TIMEOUT);
        test.runTasks();
        test.channel.releaseOutbound();
        test.channel.close();

        assertThat(failureOf(first)).isInstanceOf(ClosedChannelException.class);
        assertThat(failureOf(second)).isInstanceOf(ClosedChannelException.class);
        CompletableFuture<List<CloneResponse>> third = connection.call(ExitCommand.INSTANCE, TIMEOUT);
        CompletableFuture<Void> statement = connection.execute("KILL 1", TIMEOUT);
        test.runTasks();
        assertThat(failureOf(third)).isInstanceOf(ClosedChannelException.class);
        assertThat(failureOf(statement)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void givesUpOnADonorThatDoesNotAnswer() {
        test.channel.freezeTime();
        CompletableFuture<List<CloneResponse>> answer = connection.call(ExecuteCommand.INSTANCE, TIMEOUT);
        test.assertSent(ExecuteCommand.INSTANCE);
        test.channel.advanceTimeBy(29, TimeUnit.SECONDS);
        test.channel.runScheduledPendingTasks();
        assertThat(answer).isNotDone();

        test.channel.advanceTimeBy(1, TimeUnit.SECONDS);
        test.channel.runScheduledPendingTasks();
        assertThat(failureOf(answer))
                .isInstanceOf(DonorTimeoutException.class)
                .hasMessage("the donor has been silent for 30 s");
    }

    @Test
    void refusesAnAnswerToNothing() {
        test.donorSends(FIRST);

        assertThat(test.channel.isOpen()).isFalse();
        assertThat(failureOf(callNow())).hasMessageContaining("CollationResponse (expected: no command under way)");
    }

    private CompletableFuture<List<CloneResponse>> callNow() {
        CompletableFuture<List<CloneResponse>> answer = connection.call(ExitCommand.INSTANCE, TIMEOUT);
        test.runTasks();
        return answer;
    }

    @Test
    void leavesCloneModeForSql() {
        CompletableFuture<Void> left = connection.exit(TIMEOUT);
        test.assertSent(ExitCommand.INSTANCE);
        test.donorSends(CompleteResponse.INSTANCE);
        assertThat(left).isCompleted();

        CompletableFuture<Void> killed = connection.execute("KILL 7", TIMEOUT);
        assertThat(test.nextSent()).isEqualTo("034b494c4c2037");
        test.donorAnswersStatement((byte) 0, (byte) 0, (byte) 0, (byte) 2, (byte) 0, (byte) 0, (byte) 0);
        assertThat(killed).isCompleted();
    }

    @Test
    void reportsAStatementThatFails() {
        connection.exit(TIMEOUT);
        test.assertSent(ExitCommand.INSTANCE);
        test.donorSends(CompleteResponse.INSTANCE);
        CompletableFuture<Void> killed = connection.execute("KILL 7", TIMEOUT);
        test.nextSent();
        test.donorAnswersStatement((byte) 0xff, (byte) 0x46, (byte) 0x04, (byte) 'n', (byte) 'o');

        assertThat(failureOf(killed)).isInstanceOfSatisfying(ServerErrorException.class, refused -> {
            assertThat(refused.error().errorCode()).isEqualTo(1094);
            assertThat(refused.moment()).isEqualTo(ServerErrorException.Moment.STATEMENT);
        });
    }

    @Test
    void sendsQuitAndCloses() {
        connection.quit();

        assertThat(test.nextSent()).isEqualTo("01");
        assertThat(test.channel.isOpen()).isFalse();
    }
}
