package org.jclone.recipient.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.netty.CloneStreamDecoder;
import org.jclone.protocol.netty.CloneStreamListener;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.protocol.netty.ServerErrorException;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.journal.DonorIdentity;

/**
 * A connection in clone mode on which each command is followed by its answer: the auxiliary connection always, a data
 * connection before and after it streams. It sends one command at a time.
 */
public class CommandConnection implements CloneStreamListener {

    /** Most responses to one command. COM_INIT is answered with a few hundred. */
    private static final int MAX_RESPONSES = 100_000;

    /** Most bytes of an answer. That of COM_INIT has some tens of KiB. */
    private static final int MAX_ANSWER_BYTES = 8 << 20;

    private record Waiting(CloneCommand command, CompletableFuture<List<CloneResponse>> result) {}

    private final Channel channel;
    private final CloneStreamDecoder decoder;
    private volatile LoggedIn loggedIn;
    private volatile Optional<DonorIdentity> identity = Optional.empty();

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private List<CloneResponse> responses = new ArrayList<>();
    private long answerBytes;
    private CompletableFuture<List<CloneResponse>> answer;
    private CompletableFuture<Void> statementAnswer;
    private Throwable closed;

    CommandConnection(Channel channel, ReceiveBuffers receiveBuffers) {
        this.channel = channel;
        this.decoder = new CloneStreamDecoder(this, receiveBuffers);
    }

    CloneStreamDecoder decoder() {
        return decoder;
    }

    Channel channel() {
        return channel;
    }

    void setLoggedIn(LoggedIn value) {
        loggedIn = value;
    }

    void setIdentity(Optional<DonorIdentity> value) {
        identity = value;
    }

    /** Returns the identity of the donor at the other end; empty if it was not asked or did not answer. */
    public Optional<DonorIdentity> identity() {
        return identity;
    }

    public boolean isTls() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    public LoggedIn loggedIn() {
        return loggedIn;
    }

    /**
     * Sends a command and collects the responses before COM_RES_COMPLETE. Fails with {@link CloneErrorResponseException},
     * or with what broke the connection. A command waits for the answer to the previous one, because a donor may begin
     * the next state on other connections before it answers the acknowledgement of the last. Any thread.
     */
    public CompletableFuture<List<CloneResponse>> call(CloneCommand command, Duration timeout) {
        CompletableFuture<List<CloneResponse>> result = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            if (closed != null) {
                result.completeExceptionally(closed);
                return;
            }
            if (answer == null) {
                send(command, result);
            } else {
                waiting.add(new Waiting(command, result));
            }
        });
        channel.eventLoop()
                .schedule(
                        () -> result.completeExceptionally(DonorTimeoutException.silence(timeout)),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        return result;
    }

    private void send(CloneCommand command, CompletableFuture<List<CloneResponse>> result) {
        answer = result;
        decoder.send(command::encode);
    }

    /** Leaves clone mode. Any thread. */
    public CompletableFuture<Void> exit(Duration timeout) {
        return call(ExitCommand.INSTANCE, timeout).thenAccept(ignored -> decoder.leaveCloneMode());
    }

    /** Executes a statement without a result, after {@link #exit}. Any thread. */
    public CompletableFuture<Void> execute(String statement, Duration timeout) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            if (closed != null) {
                result.completeExceptionally(closed);
                return;
            }
            statementAnswer = result;
            QueryCommand query = new QueryCommand(statement, false);
            decoder.send(out -> QueryCommand.CODEC.encode(query, out));
        });
        return result.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends COM_QUIT and closes. Any thread. */
    public void quit() {
        decoder.send(out -> out.writeByte(CommandCode.COM_QUIT.wireCode())).addListener(sent -> channel.close());
    }

    /** Closes without COM_QUIT. Any thread. */
    public void close() {
        channel.close();
    }

    /**
     * Resets the connection, so that the donor notices at once, even if much of its data is under way. When the result is
     * complete, the event loop has finished with the connection and writes nothing more of it. Any thread.
     */
    public CompletableFuture<Void> abandon() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.close();
            }
            gone.complete(null);
        });
        return gone;
    }

    @Override
    public void onResponse(CloneResponse response, int bytes) {
        if (answer == null) {
            throw new UnexpectedPacketException(
                    "no command under way", response.getClass().getSimpleName());
        }
        if (response instanceof CompleteResponse) {
            List<CloneResponse> complete = responses;
            responses = new ArrayList<>();
            finish(complete, null);
        } else if (response instanceof ErrorResponse error) {
            responses = new ArrayList<>();
            finish(null, new CloneErrorResponseException(error));
        } else if (responses.size() == MAX_RESPONSES || answerBytes + bytes > MAX_ANSWER_BYTES) {
            throw new UnexpectedPacketException(
                    "collecting responses",
                    "more than " + MAX_RESPONSES + " of them, or of " + MAX_ANSWER_BYTES + " bytes in all");
        } else {
            answerBytes += bytes;
            responses.add(response);
        }
    }

    private void finish(List<CloneResponse> complete, Throwable failure) {
        answerBytes = 0;
        CompletableFuture<List<CloneResponse>> answered = answer;
        answer = null;
        Waiting next = closed == null ? waiting.poll() : null;
        if (next != null) {
            send(next.command(), next.result());
        }
        if (failure != null) {
            answered.completeExceptionally(failure);
        } else {
            answered.complete(complete);
        }
    }

    @Override
    public void onStatementAnswer(ByteBuf payload) {
        CompletableFuture<Void> waiting = statementAnswer;
        statementAnswer = null;
        if (waiting == null) {
            return;
        }
        if (payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == 0xff) {
            waiting.completeExceptionally(
                    new ServerErrorException(ErrPacket.CODEC.decode(payload), ServerErrorException.Moment.STATEMENT));
        } else {
            waiting.complete(null);
        }
    }

    @Override
    public void onReceived(long dataBytes, long networkBytes) {}

    @Override
    public void onClosed(Throwable cause) {
        closed = cause == null ? new ClosedChannelException() : cause;
        if (answer != null) {
            finish(null, closed);
        }
        waiting.forEach(command -> command.result().completeExceptionally(closed));
        waiting.clear();
        if (statementAnswer != null) {
            statementAnswer.completeExceptionally(closed);
        }
    }

    /** Returns why the connection ended; empty while it stands. Event loop. */
    Optional<Throwable> closedBy() {
        return Optional.ofNullable(closed);
    }
}
