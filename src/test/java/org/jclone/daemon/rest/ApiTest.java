package org.jclone.daemon.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.http.Role;
import org.jclone.daemon.http.Route;
import org.jclone.daemon.http.Wire;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route, over HTTP; each answer is compared with the OpenAPI document. */
class ApiTest {

    private static final String READER = ListeningApi.READER;

    @TempDir
    private Path folder;

    private final ScriptedDaemon daemon = new ScriptedDaemon();
    private OpenApiSchema openApi;
    private ListeningApi api;

    @BeforeEach
    void start() throws Exception {
        api = new ListeningApi(folder, daemon, () -> "jclone_up 1\n");
        openApi = new OpenApiSchema(JsonTree.object(Api.resource("openapi.json")));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private HttpRequest.Builder request(String path) {
        return api.request(path).header("Authorization", "Bearer " + ListeningApi.OPERATOR);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return api.send(request);
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String method, String body) {
        return request.method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
    }

    /** Sends, compares status and schema, and returns the answer. */
    private Map<String, Object> answer(HttpRequest.Builder request, String template, int status) throws Exception {
        HttpResponse<String> response = send(request);
        assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(status);
        String key = status < 300 ? Integer.toString(status) : "default";
        String type = status < 300 ? "application/json" : "application/problem+json";
        assertThat(response.headers().firstValue("content-type")).contains(type);
        Map<String, Object> json = JsonTree.object(response.body());
        Map<String, Object> operation = openApi.at(
                "paths",
                template,
                response.request().method().toLowerCase(Locale.ROOT),
                "responses",
                key,
                "content",
                type);
        openApi.check(json, OpenApiSchema.map(operation.get("schema")), template);
        return json;
    }

    private Map<String, Object> get(String path, String template) throws Exception {
        return answer(request(path), template, 200);
    }

    @Test
    void theDocumentHasExactlyTheRoutes() {
        Set<String> routes = new Api(daemon, () -> "")
                .router().routes().stream()
                        .map(route -> route.method().name().toLowerCase(Locale.ROOT)
                                + ' '
                                + route.template()
                                + ' '
                                + role(route))
                        .collect(Collectors.toSet());
        Set<String> documented = new HashSet<>();
        openApi.at("paths")
                .forEach((path, methods) -> OpenApiSchema.map(methods)
                        .forEach((method, operation) -> documented.add(method
                                + ' '
                                + path
                                + ' '
                                + OpenApiSchema.map(operation).getOrDefault("x-role", "open"))));
        assertThat(documented).isEqualTo(routes).hasSizeGreaterThan(15);
    }

    private static String role(Route route) {
        return route.role().map(Role::name).orElse("open").toLowerCase(Locale.ROOT);
    }

    @Test
    void servesWhatItKnows() throws Exception {
        assertThat(get("/v1/openapi.json", "/v1/openapi.json")).containsEntry("openapi", "3.0.3");
        assertThat(get("/v1/status", "/v1/status"))
                .containsEntry("state", "READY")
                .containsEntry("secondsSinceProgress", 1.5);
        assertThat(get("/v1/targets", "/v1/targets").toString()).contains("activeRun=" + ScriptedDaemon.RUN);
        assertThat(get("/v1/targets/db", "/v1/targets/{target}")).containsEntry("directory", "/var/lib/mysql");
        assertThat(get("/v1/targets/db/donors", "/v1/targets/{target}/donors").toString())
                .contains("no donor answers");
        assertThat(answer(request("/v1/targets/db/plan"), "/v1/targets/{target}/plan", 502))
                .containsEntry("code", "CONNECT_FAILED")
                .containsEntry("hint", "Start the server.");
        daemon.planFailure = CloneErrorCode.DISK_FULL;
        assertThat(answer(request("/v1/targets/db/plan"), "/v1/targets/{target}/plan", 500))
                .containsEntry("title", "The storage of this host is full or fails");
        assertThat(get("/v1/runs/" + ScriptedDaemon.RUN, "/v1/runs/{run}"))
                .containsEntry("figures", Map.of("data_bytes", 123L))
                .containsEntry("idempotencyKey", "key-1")
                .doesNotContainKey("exitStatus");
        assertThat(get("/v1/throttle", "/v1/throttle")).containsEntry("dataMiBPerSecond", 100L);
        assertThat(get("/v1/runs?active=true", "/v1/runs").toString()).contains("FILE COPY");
        daemon.ends(
                State.FAILED,
                Optional.of(new RunFailure(
                        CloneErrorCode.DISK_FULL,
                        Optional.of(Step.CLONE),
                        "no room",
                        "Make room.",
                        "Nothing was changed.")));
        assertThat(get("/v1/runs/" + ScriptedDaemon.RUN, "/v1/runs/{run}")).containsEntry("exitStatus", 12L);
        assertThat(get("/v1/targets/db", "/v1/targets/{target}").toString()).contains("Make room.");
        assertThat(get("/v1/runs?active=true", "/v1/runs")).containsEntry("runs", List.of());
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        assertThat(answer(request("/v1/targets/other"), "/v1/targets/{target}", 404))
                .containsEntry("detail", "no target other")
                .containsEntry("code", "USAGE")
                .containsEntry("hint", "Look at the list.")
                .containsEntry("exitStatus", "2");
        answer(request("/v1/runs/none"), "/v1/runs/{run}", 404);
        answer(request("/v1/runs/none/events"), "/v1/runs/{run}/events", 404);
        answer(request("/v1/runs/none/events").header("Accept", "text/event-stream"), "/v1/runs/{run}/events", 404);
        for (String query : List.of(
                "limit=0",
                "limit=x",
                "limit=1001",
                "state=running",
                "since=yesterday",
                "colour=red",
                "limit=1&limit=2",
                "active=1")) {
            assertThat(answer(request("/v1/runs?" + query), "/v1/runs", 400)).containsEntry("code", "INVALID");
        }
        assertThat(daemon.queries).isEmpty();
    }

    @Test
    void filtersAndPagesTheHistory() throws Exception {
        Map<String, Object> page = get(
                "/v1/runs?target=db&state=FAILED&state=SUSPENDED&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z"
                        + "&before=b&limit=7",
                "/v1/runs");
        assertThat(page).containsEntry("next", "20261130-110000-0000");
        get("/v1/runs", "/v1/runs");
        assertThat(daemon.queries)
                .containsExactly(
                        new RunQuery(
                                Optional.of("db"),
                                Set.of(State.FAILED, State.SUSPENDED),
                                Optional.of(java.time.Instant.parse("2026-11-01T00:00:00Z")),
                                Optional.of(java.time.Instant.parse("2026-12-01T00:00:00Z")),
                                Optional.of("b"),
                                7),
                        RunQuery.ALL);
    }

    @Test
    void startsARunOnceForEachKey() throws Exception {
        String runs = "/v1/targets/db/runs";
        String template = "/v1/targets/{target}/runs";
        HttpResponse<String> first =
                send(with(request(runs), "POST", "{\"priority\": 5}").header("Idempotency-Key", "new"));
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.headers().firstValue("location")).contains("/v1/runs/" + ScriptedDaemon.RUN);
        assertThat(answer(with(request(runs), "POST", "").header("Idempotency-Key", "old"), template, 202))
                .containsEntry("new", false);
        assertThat(answer(with(request(runs), "POST", "{}"), template, 409)).containsEntry("run", ScriptedDaemon.RUN);
        answer(with(request("/v1/targets/x/runs"), "POST", "{}"), template, 404);
        // What a generated client sends for a body that is left out.
        assertThat(answer(with(request(runs), "POST", "null").header("Idempotency-Key", "old"), template, 202))
                .isNotEmpty();
        assertThat(daemon.calls).hasSize(4).first().asString().contains("priority=5", "by=token ci", "Optional[new]");
        for (String body : List.of(
                "{\"priority\": 101}",
                "{\"priority\": 1.5}",
                "{\"action\": \"drop\"}",
                "{\"what\": 1}",
                "{\"priority\": 1, \"priority\": 2}")) {
            assertThat(answer(with(request(runs), "POST", body), template, 400))
                    .describedAs(body)
                    .containsEntry("code", "INVALID");
        }
        for (String body : List.of("{", "[]", "{} {}", "nonsense", "{\"priority\": 1}x")) {
            assertThat(answer(with(request(runs), "POST", body), template, 400)).containsEntry("code", "MALFORMED");
        }
        assertThat(daemon.calls).hasSize(4);
    }

    @Test
    void changesOnlyForOperators() throws Exception {
        String run = "/v1/runs/" + ScriptedDaemon.RUN;
        answer(with(request(run + "/cancel"), "POST", ""), "/v1/runs/{run}/cancel", 202);
        answer(with(request(run + "/cancel"), "POST", "{\"mode\": \"FOR_GOOD\"}"), "/v1/runs/{run}/cancel", 202);
        answer(with(request(run + "/retry"), "POST", ""), "/v1/runs/{run}/retry", 202);
        assertThat(answer(with(request("/v1/throttle"), "PATCH", "{\"networkMiBPerSecond\": 7}"), "/v1/throttle", 200))
                .containsEntry("dataMiBPerSecond", 100L) // stays
                .containsEntry("networkMiBPerSecond", 7L);
        answer(with(request("/v1/throttle"), "PATCH", "{\"reset\": true}"), "/v1/throttle", 200);
        answer(with(request("/v1/reload"), "POST", ""), "/v1/reload", 200);
        assertThat(daemon.calls)
                .containsExactly(
                        "cancel RESUMABLE token ci",
                        "cancel FOR_GOOD token ci",
                        "retry Optional.empty token ci",
                        "throttle ThrottleChange[dataMiBPerSecond=OptionalLong.empty,"
                                + " networkMiBPerSecond=OptionalLong[7], until=Optional.empty] token ci",
                        "throttle " + ThrottleChange.RESET + " token ci",
                        "reload token ci");
        answer(
                with(request(run + "/retry"), "POST", "").header("Idempotency-Key", "two words"),
                "/v1/runs/{run}/retry",
                400);
        for (String body : List.of(
                "{}",
                "{\"reset\": true, \"dataMiBPerSecond\": 1}",
                "{\"dataMiBPerSecond\": -1}",
                "{\"reset\": true, \"until\": \"2026-12-01T00:00:00Z\"}")) {
            answer(with(request("/v1/throttle"), "PATCH", body), "/v1/throttle", 400);
        }
        daemon.state = DaemonStatus.State.STOPPING;
        assertThat(answer(with(request("/v1/reload"), "POST", ""), "/v1/reload", 400)
                        .toString())
                .contains("line 3");

        int before = daemon.calls.size();
        for (Route route : new Api(daemon, () -> "").router().routes()) {
            if (!route.method().isSafe()) {
                String path = route.template().replace("{target}", "db").replace("{run}", ScriptedDaemon.RUN);
                HttpRequest.Builder request =
                        with(request(path), route.method().name(), "").setHeader("Authorization", "Bearer " + READER);
                assertThat(send(request).statusCode()).describedAs(path).isEqualTo(403);
            }
        }
        assertThat(daemon.calls).hasSize(before);
    }

    @Test
    void answersProbesAndPrometheus() throws Exception {
        URI base = request("/").build().uri();
        assertThat(send(HttpRequest.newBuilder(base.resolve("/livez"))).body()).isEqualTo("ok\n");
        assertThat(send(HttpRequest.newBuilder(base.resolve("/readyz"))).statusCode())
                .isEqualTo(200);
        daemon.state = DaemonStatus.State.STARTING;
        assertThat(send(HttpRequest.newBuilder(base.resolve("/readyz"))).statusCode())
                .isEqualTo(503);
        assertThat(send(HttpRequest.newBuilder(base.resolve("/livez"))).statusCode())
                .isEqualTo(200);
        assertThat(send(HttpRequest.newBuilder(base.resolve("/metrics"))).statusCode())
                .isEqualTo(401);
        assertThat(send(request("/metrics").setHeader("Authorization", "Bearer " + READER))
                        .body())
                .isEqualTo("jclone_up 1\n");
    }

    @Test
    void streamsARunToItsEnd() throws Exception {
        daemon.happens(RunEvent.Kind.STARTED, "began");
        daemon.happens(RunEvent.Kind.STEP_BEGAN, "a\nline \u0007");
        try (Wire wire = new Wire(api.server().address().orElseThrow())) {
            wire.send("GET /v1/runs/" + ScriptedDaemon.RUN + "/events HTTP/1.1\r\nHost: h\r\nLast-Event-ID: 1\r\n"
                    + "Accept: text/event-stream\r\nAuthorization: Bearer " + READER + "\r\n\r\n");
            String first = wire.readUntil("\n\n");
            assertThat(first).contains("id: 2\nevent: event\ndata: {\"id\":2,").doesNotContain("id: 1\n", "\u0007");
            daemon.progresses(12_345);
            assertThat(wire.readUntil("\"dataBytes\":12345,")).contains("event: progress\ndata: {\"run\":");
            daemon.ends(State.SUCCEEDED, Optional.empty());
            String rest = wire.readAll();
            assertThat(rest)
                    .contains("id: 3\n", "event: end\ndata: {\"id\":\"" + ScriptedDaemon.RUN, "\"exitStatus\":0");
            assertThat(rest).endsWith("0\r\n\r\n");
        }
        for (int i = 0; i < 100 && daemon.subscribers() > 0; i++) {
            Thread.sleep(50);
        }
        assertThat(daemon.subscribers()).isZero();
        assertThat(get("/v1/runs/" + ScriptedDaemon.RUN + "/events?after=1&limit=1", "/v1/runs/{run}/events")
                        .toString())
                .contains("id=2")
                .doesNotContain("id=1,", "id=3");
    }

    @Test
    void needsATokenFileOrAuthoritiesForTcp() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ApiSettings(
                        folder,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        Optional.of(new ListenAddress.Tcp(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty())),
                        Optional.empty(),
                        Set.of()))
                .withMessageContaining("nobody could use it");
    }

    @Test
    void takesNewTokensWithoutARestart() throws Exception {
        Path tokens = folder.resolve("tokens");
        String fresh = "n".repeat(40);
        Files.writeString(tokens, "read grafana " + fresh + "\n");
        api.server().reload();
        assertThat(send(request("/v1/status")).statusCode()).isEqualTo(401);
        assertThat(send(request("/v1/status").setHeader("Authorization", "Bearer " + fresh))
                        .statusCode())
                .isEqualTo(200);
    }
}
