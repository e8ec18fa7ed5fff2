package org.jclone.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of events: order, resuming, back-pressure, and their end. */
class EventStreamTest {

    private static final HttpLimits LIMITS = new HttpLimits(
            10,
            10,
            10,
            4096,
            4096,
            1000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMillis(1000),
            Duration.ofMillis(200));

    /** A feed of the numbers up to a limit that can grow. */
    private static final class Numbers implements EventFeed {

        private final AtomicLong limit = new AtomicLong();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicReference<Runnable> wakeUp = new AtomicReference<>(() -> {});
        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean over;
        private volatile String payload = "";

        void growTo(long number) {
            limit.set(number);
            wakeUp.get().run();
        }

        void end() {
            over = true;
            wakeUp.get().run();
        }

        @Override
        public void open(Runnable wake) {
            wakeUp.set(wake);
            opened.countDown();
        }

        @Override
        public Batch poll() {
            boolean last = over;
            List<ServerEvent> events = new ArrayList<>();
            while (sent.get() < limit.get() && events.size() < 10) {
                events.add(new ServerEvent(OptionalLong.of(sent.incrementAndGet()), "number", payload + sent));
            }
            boolean more = sent.get() < limit.get();
            return new Batch(events, more, last && !more);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private final Numbers numbers = new Numbers();
    private HttpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws CloneException {
        Router router = new Router(List.of(
                Route.of(Method.GET, "/numbers", request -> {
                    request.header("last-event-id").ifPresent(id -> numbers.sent.set(Long.parseLong(id)));
                    return new Response.Events(numbers);
                }),
                Route.of(
                        Method.GET,
                        "/gone",
                        request -> new Response.Events(new EventFeed() {
                            @Override
                            public void open(Runnable wakeUp) throws ProblemException {
                                throw Problem.Kind.NOT_FOUND.exception("no such run");
                            }

                            @Override
                            public Batch poll() {
                                throw new AssertionError("not opened");
                            }

                            @Override
                            public void close() {}
                        }))));
        server = new HttpServer(router, LIMITS, InstantSource.system());
        address = server.listen(
                        new ListenAddress.Tcp(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty()),
                        peer -> new Caller("me", Role.READ))
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Wire open(String path, String... headers) throws IOException {
        Wire wire = new Wire(address);
        wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
        for (String header : headers) {
            wire.send(header + "\r\n");
        }
        return wire.send("\r\n");
    }

    @Test
    void sendsEachEventOnceAndInOrder() throws Exception {
        try (Wire wire = open("/numbers")) {
            assertThat(wire.readUntil("\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("content-type: text/event-stream", "connection: close");
            numbers.growTo(3);
            assertThat(wire.readUntil("data: 3\n\n"))
                    .contains("id: 1\nevent: number\ndata: 1\n\nid: 2\nevent: number\ndata: 2\n\nid: 3\n");
            for (int i = 4; i <= 100; i++) {
                numbers.growTo(i);
            }
            numbers.end();
            String rest = wire.readAll();
            assertThat(rest.split("id: ", -1)).hasSize(98);
            assertThat(rest).endsWith("data: 100\n\n\r\n0\r\n\r\n");
        }
        assertThat(numbers.closed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void continuesAfterTheLastEventOfTheReader() throws Exception {
        numbers.growTo(5);
        numbers.end();
        try (Wire wire = open("/numbers", "Last-Event-ID: 3")) {
            assertThat(wire.readAll()).contains("id: 4\n", "id: 5\n").doesNotContain("id: 3\n");
        }
    }

    @Test
    void showsThatItIsAlive() throws Exception {
        try (Wire wire = open("/numbers")) {
            assertThat(wire.readUntil(": \n\n\r\n4\r\n: \n\n")).isNotEmpty(); // and another one
        }
        assertThat(numbers.closed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void dropsAReaderThatTakesNothingWithoutBufferingForIt() throws Exception {
        numbers.payload = "x".repeat(10_000);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(address);
            socket.getOutputStream()
                    .write("GET /numbers HTTP/1.1\r\nHost: h\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(numbers.opened.await(5, TimeUnit.SECONDS)).isTrue();
            numbers.growTo(1_000_000); // 10 GB
            assertThat(numbers.closed.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(numbers.sent.get()).isLessThan(10_000); // what the kernel's buffers hold, and a batch
        }
    }

    @Test
    void endsAStreamThatGetsAnotherRequest() throws Exception {
        try (Wire wire = open("/numbers")) {
            wire.readUntil("\r\n\r\n");
            wire.send("GET /numbers HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(wire.readAll()).doesNotContain("HTTP/1.1");
        }
        assertThat(numbers.closed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answersWithAProblemIfThereIsNothingToStream() throws Exception {
        try (Wire wire = open("/gone")) {
            assertThat(wire.readAll()).startsWith("HTTP/1.1 404").contains("no such run");
        }
    }

    @Test
    void sendsNothingToAReaderThatHasLeftMeanwhile() throws Exception {
        List<Runnable> work = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        EventStream stream =
                new EventStream(channel.pipeline().firstContext(), numbers, work::add, Duration.ofSeconds(1));
        stream.begin(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK), problem -> {});
        stream.close();
        work.remove(0).run();
        channel.runPendingTasks();
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1); // no beats
        work.remove(0).run();
        assertThat(numbers.closed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWithTheServer() throws Exception {
        try (Wire wire = open("/numbers")) {
            wire.readUntil("\r\n\r\n");
            server.close();
            assertThat(wire.readAll()).doesNotContain("data");
        }
        assertThat(numbers.closed.await(5, TimeUnit.SECONDS)).isTrue();
    }
}
