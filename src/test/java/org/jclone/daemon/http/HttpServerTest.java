package org.jclone.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of the server, with the bytes of a client that breaks it. */
class HttpServerTest {

    private static final HttpLimits LIMITS = new HttpLimits(
            4,
            4,
            2,
            200,
            1000,
            100,
            Duration.ofMillis(1500),
            Duration.ofMillis(1000),
            Duration.ofMillis(500),
            Duration.ofMillis(200));

    private static final String OK = "HTTP/1.1 200 OK";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private HttpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws CloneException {
        Router router = new Router(List.of(
                Route.of(Method.GET, "/things/{thing}", request -> {
                    seen.add(request.parameter("thing") + request.query());
                    return Response.json(200, "{\"thing\": \"" + request.parameter("thing") + "\"}");
                }),
                Route.of(Method.POST, "/things/{thing}", request -> {
                    seen.add(request.caller().name() + ' ' + request.body());
                    return Response.json(202, "{}");
                }),
                Route.of(Method.GET, "/things/special", request -> Response.of(200, "text/plain", "special")),
                Route.of(Method.GET, "/stuck", request -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return Response.of(200, "text/plain", "stuck");
                }),
                Route.of(Method.GET, "/slow", request -> {
                    begun.countDown();
                    await(release);
                    return Response.of(200, "text/plain", "slow");
                }),
                Route.of(Method.GET, "/bug", request -> {
                    throw new IllegalStateException("password=secret");
                }),
                Route.open("/livez", request -> Response.of(200, "text/plain", "ok"))));
        server = new HttpServer(router, LIMITS, InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z")));
        address = server.listen(
                        new ListenAddress.Tcp(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty()),
                        HttpServerTest::admit)
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private static Caller admit(Peer peer) throws ProblemException {
        return switch (peer.bearerToken().orElse("")) {
            case "operator" -> new Caller("o", Role.OPERATE);
            case "reader" -> new Caller("r", Role.READ);
            default -> throw Problem.Kind.NOT_AUTHENTICATED.exception("nobody");
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String request(String line, String... headers) {
        StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: h\r\n");
        List<String> all = new ArrayList<>(List.of(headers));
        if (all.stream().noneMatch(each -> each.startsWith("Authorization"))) {
            all.add("Authorization: Bearer operator");
        }
        all.forEach(each -> text.append(each).append("\r\n"));
        return text + "\r\n";
    }

    private static String post(String body) {
        return request("POST /things/a", "Content-Type: application/json", "Content-Length: " + body.length()) + body;
    }

    private String answer(String bytes) throws IOException {
        try (Wire wire = new Wire(address)) {
            return wire.send(bytes).readResponse();
        }
    }

    /** Sends, and expects that the server says so much and ends the connection. */
    private String end(String bytes) throws IOException {
        try (Wire wire = new Wire(address)) {
            return wire.send(bytes).readAll();
        }
    }

    @Test
    void answersAndKeepsTheConnection() throws IOException {
        try (Wire wire = new Wire(address)) {
            String first = wire.send(request("GET /things/a%2Fb?x=1&x=2")).readResponse();
            assertThat(first)
                    .startsWith(OK)
                    .contains(
                            "content-type: application/json",
                            "cache-control: no-store",
                            "X-Content-Type-Options: nosniff",
                            "date: Mon, 30 Nov 2026 12:00:00 GMT")
                    .doesNotContainIgnoringCase("access-control")
                    .endsWith("{\"thing\": \"a/b\"}\n");
            assertThat(wire.send(request("GET /things/special")).readResponse()).endsWith("special");
        }
        assertThat(seen).containsExactly("a/b{x=[1, 2]}");
    }

    @Test
    void answersWhatHasBegunAndRefusesTheRestWhileItCloses() throws Exception {
        try (Wire slow = new Wire(address)) {
            slow.send(request("GET /slow"));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            Wire idle = new Wire(address);
            assertThat(idle.send(request("GET /livez")).readResponse()).startsWith(OK);
            Thread closing = new Thread(server::close);
            closing.start();
            while (Stream.of(closing.getStackTrace())
                    .noneMatch(call -> call.getMethodName().equals("awaitHandlers"))) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            String refused = idle.send(request("GET /things/a")).readAll();
            idle.close();
            assertThat(refused)
                    .startsWith("HTTP/1.1 503")
                    .contains("application/problem+json", "\"code\":\"UNAVAILABLE\"", "the daemon stops")
                    .contains("connection: close", "Retry-After: 5");
            release.countDown();
            assertThat(slow.readAll())
                    .startsWith(OK)
                    .contains("connection: close")
                    .endsWith("slow");
            closing.join(10_000);
        }
    }

    @Test
    void aRequestThatIsInterruptedByTheCloseIsNoBug() throws Exception {
        try (Wire wire = new Wire(address)) {
            wire.send(request("GET /stuck"));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(wire.readAll())
                    .startsWith("HTTP/1.1 503")
                    .contains("application/problem+json", "the daemon stops")
                    .doesNotContain("INTERNAL");
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        try (Wire wire = new Wire(address)) {
            wire.send(request("GET /slow") + request("GET /things/2") + request("GET /things/3"));
            release.countDown();
            assertThat(wire.readResponse()).endsWith("slow");
            assertThat(wire.readResponse()).contains("\"2\"");
            assertThat(wire.readResponse()).contains("\"3\"");
        }
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        try (Wire wire = new Wire(address)) {
            wire.send(request("HEAD /things/special") + request("GET /things/special", "Connection: close"));
            assertThat(wire.readAll()).containsOnlyOnce("special").contains("content-length: 7");
        }
    }

    @Test
    void endsTheConnectionIfTheClientWantsSo() throws IOException {
        assertThat(end(request("GET /things/a", "Connection: close")))
                .startsWith(OK)
                .contains("connection: close");
        assertThat(end("GET /livez HTTP/1.0\r\n\r\n")).startsWith(OK).endsWith("ok");
    }

    @Test
    void passesOnABodyInOnePieceOrInMany() throws IOException {
        assertThat(answer(post("{\"a\": 1}"))).startsWith("HTTP/1.1 202");
        try (Wire wire = new Wire(address)) {
            wire.send(request("POST /things/a", "Content-Type: application/json", "Transfer-Encoding: chunked"));
            wire.send("3\r\n{\"b\r\n").send("5\r\n\": 2}\r\n0\r\n\r\n");
            assertThat(wire.readResponse()).startsWith("HTTP/1.1 202");
        }
        assertThat(seen).containsExactly("o {\"a\": 1}", "o {\"b\": 2}");
    }

    @Test
    void asksForTheBodyOnlyAfterTheHeaderIsRight() throws IOException {
        String[] expecting = {"Content-Type: application/json", "Content-Length: 2", "Expect: 100-continue"};
        try (Wire wire = new Wire(address)) {
            wire.send(request("POST /things/a", expecting));
            assertThat(wire.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(wire.send("{}").readResponse()).startsWith("HTTP/1.1 202");
        }
        assertThat(end(request("POST /nothing", expecting)))
                .startsWith("HTTP/1.1 404")
                .doesNotContain("100 Continue");
        assertThat(end(request(
                        "POST /things/a", "Content-Length: 1", "Content-Type: application/json", "Expect: more")))
                .startsWith("HTTP/1.1 417");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // two lengths, which a proxy in front could read in another way
                "POST /things/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}1",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2, 2\r\n\r\n{}",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nContent-Length: +2\r\n\r\n{}",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n{}",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "POST /things/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "POST /things/a HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                // lines and names that are read in two ways
                "GET /things/a HTTP/1.1\r\nHost : h\r\n\r\n",
                "GET /things/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n",
                "GET /things/a HTTP/1.1\nHost: h\n\n",
                "GET /things/a HTTP/1.1\r\nHost: h\r\nX: a\u0000b\r\n\r\n",
                "GET /things/a HTTP/1.1\r\nHost: h\r\nX: a\rb: c\r\n\r\n",
                "GET /things/a HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
                "GET /things/a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
                "GET /things/a HTTP/1.1\r\n\r\n",
                "GET http://h/things/a HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET  /things/a HTTP/1.1 x\r\nHost: h\r\n\r\n",
                "GET /things/a HTTP/2.0\r\nHost: h\r\n\r\n",
                "GET /things/a HTTP/0.9\r\nHost: h\r\n\r\n",
                "\u0016\u0003\u0001 that is TLS\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                // paths
                "GET /things/%zz HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer operator\r\n\r\n",
                "GET /things/%2e%2e HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer operator\r\n\r\n",
                "GET /things/a?x=%q HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer operator\r\n\r\n",
            })
    void refusesWhatCanBeUnderstoodInTwoWays(String bytes) throws IOException {
        String answer = end(bytes + "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"code\":\"MALFORMED\"", "connection: close")
                .doesNotContain("\nok");
        assertThat(answer.split("HTTP/1.1 [0-9]{3} ", -1))
                .describedAs(answer)
                .hasSize(2); // nothing after it was answered
        assertThat(seen).isEmpty();
    }

    @Test
    void refusesAChunkThatIsNoChunk() throws IOException {
        String head = request("POST /things/a", "Content-Type: application/json", "Transfer-Encoding: chunked");
        for (String chunk :
                List.of("z\r\n", "-1\r\n", "2\r\n{}}\r\n", "ffffffffff\r\n", "0x2\r\n{}\r\n", "2\n{}\r\n")) {
            assertThat(end(head + chunk)).describedAs(chunk).startsWith("HTTP/1.1 400");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void limitsLineHeaderAndBody() throws IOException {
        assertThat(end(request("GET /things/" + "a".repeat(200)))).startsWith("HTTP/1.1 414");
        assertThat(end(request("GET /things/a", "X: " + "a".repeat(1000)))).startsWith("HTTP/1.1 431");
        assertThat(end(post("1".repeat(101)))).startsWith("HTTP/1.1 413").contains("longer than 100 bytes");
        assertThat(answer(post("1".repeat(100)))).startsWith("HTTP/1.1 202");
        String head = request("POST /things/a", "Content-Type: application/json", "Transfer-Encoding: chunked");
        assertThat(end(head + "40\r\n" + "1".repeat(64) + "\r\n40\r\n" + "1".repeat(64) + "\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void limitsConnectionsAndFreesThem() throws Exception {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < LIMITS.connections(); i++) {
            Wire wire = new Wire(address);
            wires.add(wire.send(request("GET /things/a")));
            assertThat(wire.readResponse()).startsWith(OK);
        }
        try (Wire more = new Wire(address)) {
            assertThat(more.readAll())
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 5")
                    .contains("4 connections");
        }
        for (Wire wire : wires) {
            wire.close();
        }
        Instant end = Instant.now().plusSeconds(5);
        String answer;
        do {
            answer = answer(request("GET /livez"));
        } while (!answer.startsWith(OK) && Instant.now().isBefore(end));
        assertThat(answer).startsWith(OK);
    }

    @Test
    void endsConnectionsWithoutAnAnswerWhileManyAreRefused() throws Exception {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < LIMITS.connections(); i++) {
            Wire wire = new Wire(address);
            wires.add(wire.send(request("GET /things/a")));
            assertThat(wire.readResponse()).startsWith(OK);
        }
        List<Wire> refused = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            refused.add(new Wire(address));
        }
        List<String> answers = new ArrayList<>();
        for (Wire wire : refused) {
            answers.add(wire.readAll());
        }
        assertThat(answers.subList(0, 16)).allMatch(answer -> answer.startsWith("HTTP/1.1 503"));
        assertThat(answers).contains("");
        refused.addAll(wires);
        for (Wire wire : refused) {
            wire.close();
        }
    }

    @Test
    void endsAConnectionThatIsIdleOrTrickles() throws Exception {
        long begin = System.nanoTime(); // before the server's clock starts
        try (Wire idle = new Wire(address);
                Wire trickle = new Wire(address)) {
            Thread sender = new Thread(() -> trickle(
                    trickle, "GET /things/a HTTP/1.1\r\nHost: h\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
            sender.start();
            assertThat(idle.readAll()).isEmpty();
            assertThat(untilTheEnd(trickle)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(LIMITS.idle());
            sender.join();
        }
        assertThat(seen).isEmpty();
    }

    /** Returns what arrives, unless the server ends the connection with bytes on the way, which resets it. */
    private static String untilTheEnd(Wire wire) throws IOException {
        try {
            return wire.readAll();
        } catch (SocketException e) {
            return "";
        }
    }

    private static void trickle(Wire wire, String text) {
        try {
            for (int i = 0; i < text.length(); i++) {
                wire.send(text.substring(i, i + 1));
                Thread.sleep(50);
            }
        } catch (IOException e) {
            return; // the server has had enough
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endsARequestWhoseBodyTakesTooLong() throws IOException {
        String answer = end(request("POST /things/a", "Content-Type: application/json", "Content-Length: 9") + "{");
        assertThat(answer).startsWith("HTTP/1.1 408").contains("not complete after 1000 ms");
    }

    @Test
    void knowsRolesAndMethods() throws IOException {
        String reader = "Authorization: Bearer reader";
        assertThat(answer(request("GET /things/a", reader))).startsWith(OK);
        assertThat(answer(request("GET /things/a", "Authorization: Basic operator")))
                .startsWith("HTTP/1.1 401")
                .contains("WWW-Authenticate: Bearer");
        assertThat(answer(request("GET /things/a", "Authorization: Bearer who")))
                .startsWith("HTTP/1.1 401");
        assertThat(answer(request("POST /things/a", reader)))
                .startsWith("HTTP/1.1 403")
                .contains("r has only the role read");
        assertThat(answer(request("POST /things/special"))).startsWith("HTTP/1.1 202"); // as the parameter of a path
        assertThat(answer(request("POST /slow"))).startsWith("HTTP/1.1 405").contains("Allow: GET\r\n");
        assertThat(answer(request("DELETE /things/a")))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: GET, POST\r\n");
        assertThat(answer(request("OPTIONS /things/a", "Origin: https://evil"))).startsWith("HTTP/1.1 405");
        assertThat(answer(request("TRACE /things/a"))).startsWith("HTTP/1.1 405");
        assertThat(answer(request("GET /"))).startsWith("HTTP/1.1 404");
        assertThat(answer("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith(OK);
        assertThat(seen).containsExactly("a{}", "o ");
    }

    @Test
    void acceptsNoChangeFromAPageOfAnotherServer() throws IOException {
        assertThat(answer(request("POST /things/a", "Origin: https://evil.example")))
                .startsWith("HTTP/1.1 403");
        assertThat(answer(request("POST /things/a", "Origin: null"))).startsWith("HTTP/1.1 403");
        assertThat(answer(request("POST /things/a", "Origin: https://h"))).startsWith("HTTP/1.1 202");
        assertThat(end(request("POST /things/a", "Content-Type: text/plain", "Content-Length: 2") + "{}"))
                .startsWith("HTTP/1.1 415");
    }

    @Test
    void tellsNobodyTheDetailsOfABug() throws IOException {
        assertThat(answer(request("GET /bug")))
                .startsWith("HTTP/1.1 500")
                .contains("\"code\":\"INTERNAL\"")
                .doesNotContain("secret");
    }

    @Test
    void survivesAClientThatResets() throws IOException {
        for (int i = 0; i < 20; i++) {
            Wire wire = new Wire(address);
            wire.send(request("GET /things/a"));
            Socket socket = wire.socket();
            socket.setSoLinger(true, 0);
            socket.close();
        }
        assertThat(answer(request("GET /livez"))).startsWith(OK);
    }
}
