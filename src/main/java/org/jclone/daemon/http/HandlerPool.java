package org.jclone.daemon.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the handlers of the routes, on a few threads of their own, because a handler may read files or ask servers.
 * Each request gets a response, even if its handler fails, no thread is free, or the server closes.
 */
final class HandlerPool implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HandlerPool.class);

    private static final int THREADS = 8;
    private static final int WAITING_REQUESTS = 64;

    /** How long the requests that have begun may take when the server closes, and once more after an interrupt. */
    private static final long DRAIN_SECONDS = 1;

    private final ExecutorService threads;

    HandlerPool() {
        this(newThreads());
    }

    /** @param threads what runs the handlers; this ends it */
    HandlerPool(ExecutorService threads) {
        this.threads = threads;
    }

    private static ExecutorService newThreads() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_REQUESTS),
                new DefaultThreadFactory("http-handler", true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Returns what runs the calls of feeds, which may block as handlers may. */
    Executor threads() {
        return threads;
    }

    /**
     * Calls the handler of a request. Call this on the event loop of the connection.
     *
     * @param send takes the response, on the event loop; it is not called if the loop has ended
     */
    void answer(RequestHead head, Request request, Executor loop, Consumer<Response> send) {
        if (head.route().isImmediate()) {
            send.accept(respond(head, request));
            return;
        }
        try {
            threads.execute(() -> {
                Response response = respond(head, request);
                try {
                    loop.execute(() -> send.accept(response));
                } catch (RejectedExecutionException e) {
                    release(response); // the server has closed the connection
                }
            });
        } catch (RejectedExecutionException e) {
            send.accept(
                    isClosing()
                            ? closing(head)
                            : Problem.Kind.UNAVAILABLE
                                    .problem("too many requests are in progress")
                                    .response());
        }
    }

    private Response respond(RequestHead head, Request request) {
        try {
            return head.route().handler().handle(request);
        } catch (ProblemException e) {
            return head.refusal(e.problem());
        } catch (RuntimeException | Error e) {
            if (isClosing()) { // what it asks may be closed already
                LOGGER.atDebug().setCause(e).log("a handler of the API was interrupted");
                return closing(head);
            }
            LOGGER.atError().setCause(e).log("a handler of the API failed");
            return head.refusal(Problem.Kind.INTERNAL.problem("the daemon's log has the details"));
        }
    }

    private static Response closing(RequestHead head) {
        return head.refusal(Problem.Kind.UNAVAILABLE.problem(
                "the daemon stops", "Repeat the request when the daemon has started again."));
    }

    /** Releases what a response holds that nobody reads. */
    static void release(Response response) {
        if (response instanceof Response.Events events) {
            events.feed().close();
        }
    }

    /** Whether the server has begun to close. It then answers what it has begun, and refuses the rest. */
    boolean isClosing() {
        return threads.isShutdown();
    }

    /** Waits for the requests that have begun, interrupts those that take long, and refuses others. */
    @Override
    public void close() {
        threads.shutdown();
        if (!awaitHandlers()) {
            threads.shutdownNow();
            awaitHandlers();
        }
    }

    private boolean awaitHandlers() {
        try {
            return threads.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
