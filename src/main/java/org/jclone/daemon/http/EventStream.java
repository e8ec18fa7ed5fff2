package org.jclone.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of a feed to one reader. It asks the feed only while the reader takes what is sent: at most one
 * batch waits in memory. If the reader takes nothing for long, the channel's write timeout ends the connection.
 *
 * <p>All fields belong to the event loop, except what the feed's thread sets.
 */
final class EventStream {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventStream.class);
    private static final long BUSY_MILLIS = 500;

    private final ChannelHandlerContext ctx;
    private final EventFeed feed;
    private final Executor handlers;
    private final Duration heartbeat;
    private final AtomicBoolean woken = new AtomicBoolean();
    private Optional<ScheduledFuture<?>> beats = Optional.empty();
    private boolean started;
    private boolean polling;
    private boolean again;
    private boolean closed;

    EventStream(ChannelHandlerContext ctx, EventFeed feed, Executor handlers, Duration heartbeat) {
        this.ctx = ctx;
        this.feed = feed;
        this.handlers = handlers;
        this.heartbeat = heartbeat;
    }

    /** @param refused is called instead of sending {@code start} if the feed cannot be opened */
    void begin(HttpResponse start, Consumer<Problem> refused) {
        polling = true;
        inBackground(
                () -> {
                    feed.open(this::wakeUp);
                    return new EventFeed.Batch(java.util.List.of(), true, false);
                },
                first -> {
                    if (closed) { // nobody would cancel the beats
                        polling = false;
                        release();
                        return;
                    }
                    started = true;
                    ctx.writeAndFlush(start);
                    beats = Optional.of(ctx.executor()
                            .scheduleAtFixedRate(
                                    this::beat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS));
                    onBatch(first);
                },
                refused);
    }

    private void wakeUp() {
        if (woken.compareAndSet(false, true)) {
            ctx.executor().execute(() -> {
                woken.set(false);
                pump();
            });
        }
    }

    /** Polls the feed, unless a poll is in progress or the reader has not taken everything. */
    void pump() {
        again = true;
        if (!started || polling || closed || !ctx.channel().isWritable()) {
            return;
        }
        polling = true;
        again = false;
        inBackground(feed::poll, this::onBatch, problem -> end());
    }

    private void onBatch(EventFeed.Batch batch) {
        polling = false;
        if (closed) {
            release();
            return;
        }
        StringBuilder text = new StringBuilder();
        batch.events().forEach(event -> text.append(event.text()));
        if (!text.isEmpty()) {
            ctx.writeAndFlush(content(text)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        if (batch.isOver()) {
            end();
        } else if (batch.isMore() || again) {
            pump();
        }
    }

    private void beat() {
        if (started && !closed && ctx.channel().isWritable()) {
            ctx.writeAndFlush(content(": \n\n"));
        }
    }

    private static HttpContent content(CharSequence text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        return new DefaultHttpContent(bytes);
    }

    private void end() {
        if (!closed) {
            started = false; // nothing follows the last chunk
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** A call of the feed, made on another thread. */
    @FunctionalInterface
    private interface Question {
        EventFeed.Batch ask() throws ProblemException;
    }

    private void inBackground(Question question, Consumer<EventFeed.Batch> answered, Consumer<Problem> refused) {
        try {
            handlers.execute(() -> {
                try {
                    EventFeed.Batch batch = question.ask();
                    ctx.executor().execute(() -> answered.accept(batch));
                } catch (ProblemException e) {
                    ctx.executor().execute(() -> fail(e.problem(), refused));
                } catch (RejectedExecutionException e) {
                    feed.close(); // the server has closed the connection
                } catch (RuntimeException | Error e) {
                    LOGGER.atError().setCause(e).log("a feed of the API failed");
                    ctx.executor().execute(() -> fail(Problem.Kind.INTERNAL.problem("the log has more"), refused));
                }
            });
        } catch (RejectedExecutionException e) {
            ctx.executor()
                    .schedule(() -> inBackground(question, answered, refused), BUSY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void fail(Problem problem, Consumer<Problem> refused) {
        polling = false;
        if (closed) {
            release();
        } else {
            refused.accept(problem);
        }
    }

    /** The connection has ended. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        beats.ifPresent(task -> task.cancel(false));
        if (!polling) {
            release();
        }
    }

    private void release() {
        try {
            handlers.execute(feed::close);
        } catch (RejectedExecutionException e) {
            feed.close();
        }
    }
}
