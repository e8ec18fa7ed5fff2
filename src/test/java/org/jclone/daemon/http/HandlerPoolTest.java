package org.jclone.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each request gets one response, on the event loop of its connection. */
class HandlerPoolTest {

    /** Threads that run their tasks when the test says so. */
    private static final class Threads extends AbstractExecutorService {

        private final List<Runnable> waiting = new ArrayList<>();
        private boolean busy;
        private boolean shutdown;

        @Override
        public void execute(Runnable task) {
            if (busy || shutdown) {
                throw new RejectedExecutionException();
            }
            waiting.add(task);
        }

        void run() {
            List.copyOf(waiting).forEach(Runnable::run);
            waiting.clear();
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            throw new AssertionError("everything ends in time");
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            run();
            return true;
        }
    }

    /** A feed that knows whether it was closed. */
    private static final class Feed implements EventFeed {

        private boolean closed;

        @Override
        public void open(Runnable wakeUp) {}

        @Override
        public Batch poll() {
            return new Batch(List.of(), false, true);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Threads threads = new Threads();
    private final HandlerPool pool = new HandlerPool(threads);
    private final List<Runnable> loop = new ArrayList<>();
    private final List<Response> sent = new ArrayList<>();

    private void answer(Route route, Executor eventLoop) {
        RequestHead head = new RequestHead(route, Map.of(), Map.of(), Map.of(), "/a", Caller.ANONYMOUS, false);
        pool.answer(head, head.request("", false), eventLoop, sent::add);
    }

    private void answer(Route.Handler handler) {
        answer(Route.of(Method.GET, "/a", handler), loop::add);
    }

    /** Runs what waits on the threads, then on the loop, and returns the only response. */
    private Response.Full response() {
        threads.run();
        List.copyOf(loop).forEach(Runnable::run);
        loop.clear();
        assertThat(sent).singleElement().isInstanceOf(Response.Full.class);
        return (Response.Full) sent.get(0);
    }

    private static Response ok(Request request) {
        return Response.of(200, "text/plain", "ok");
    }

    @Test
    void sendsTheResponseOnTheLoop() {
        answer(HandlerPoolTest::ok);
        assertThat(loop).isEmpty();
        threads.run();
        assertThat(sent).isEmpty();
        assertThat(response()).isEqualTo(ok(null));
    }

    @Test
    void anImmediateRouteNeedsNoThread() {
        threads.busy = true;
        answer(Route.immediate("/a", HandlerPoolTest::ok), loop::add);
        assertThat(sent).containsExactly(ok(null));
    }

    @Test
    void refusesARequestIfAllThreadsAreBusy() {
        threads.busy = true;
        answer(HandlerPoolTest::ok);
        assertThat(response().status()).isEqualTo(503);
        assertThat(response().body()).contains("too many requests are in progress");
    }

    @Test
    void aProblemIsPresentedAsTheRouteDoesIt() {
        Route.Handler handler = request -> {
            throw Problem.Kind.NOT_FOUND.exception("no such run");
        };
        answer(
                Route.page(
                        "/a",
                        handler,
                        (problem, path) -> Response.of(problem.status(), "text/html", path + ": " + problem.detail())),
                loop::add);
        assertThat(response()).isEqualTo(Response.of(404, "text/html", "/a: no such run"));
    }

    @Test
    void aBugIsAnswered() {
        answer(request -> {
            throw new IllegalStateException("password=secret");
        });
        assertThat(response().status()).isEqualTo(500);
        assertThat(response().body()).contains("INTERNAL").doesNotContain("secret");
    }

    @Test
    void answersWhatHasBegunAndRefusesTheRestWhenItCloses() {
        answer(HandlerPoolTest::ok);
        pool.close();
        assertThat(pool.isClosing()).isTrue();
        assertThat(response().status()).isEqualTo(200);

        sent.clear();
        answer(HandlerPoolTest::ok);
        assertThat(response().status()).isEqualTo(503);
        assertThat(response().body()).contains("the daemon stops");
    }

    @Test
    void aHandlerThatFailsWhileItClosesIsNoBug() {
        answer(request -> {
            throw new IllegalStateException("the file is closed");
        });
        pool.close();
        assertThat(response().status()).isEqualTo(503);
        assertThat(response().body()).contains("the daemon stops");
    }

    @Test
    void closesAFeedThatCannotBeSentAnyMore() {
        Feed feed = new Feed();
        answer(Route.of(Method.GET, "/a", request -> new Response.Events(feed)), task -> {
            throw new RejectedExecutionException();
        });
        threads.run();
        assertThat(sent).isEmpty();
        assertThat(feed.closed).isTrue();
    }
}
