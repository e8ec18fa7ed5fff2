package org.jclone.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.http.Wire;
import org.jclone.daemon.rest.ListeningApi;
import org.jclone.daemon.rest.ScriptedDaemon;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page over HTTP, as a browser without JavaScript sees it. */
class PagesTest {

    private static final String OPERATOR = ListeningApi.OPERATOR;
    private static final String READER = ListeningApi.READER;
    private static final String RUN = "/runs/" + ScriptedDaemon.RUN;
    private static final String HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e";

    @TempDir
    private Path folder;

    private final ScriptedDaemon daemon = new ScriptedDaemon();
    private ListeningApi api;

    @BeforeEach
    void start() throws Exception {
        api = new ListeningApi(folder, daemon, () -> "");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private String origin() {
        return api.origin();
    }

    private HttpRequest.Builder request(String path) {
        return api.request(path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return api.send(request);
    }

    private Document page(String path, String token) throws Exception {
        HttpResponse<String> answer = send(request(path).header("Authorization", "Bearer " + token));
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
        return Jsoup.parse(answer.body());
    }

    private static HttpRequest.Builder form(HttpRequest.Builder request, Map<String, String> fields) {
        StringBuilder body = new StringBuilder();
        fields.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return request.POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .header("Content-Type", "application/x-www-form-urlencoded");
    }

    private HttpResponse<String> signIn(String token, String path) throws Exception {
        return send(form(request("/session"), Map.of("token", token, "path", path)));
    }

    /** Signs in, and returns the header that shows it. */
    private String cookie(String token) throws Exception {
        String set = signIn(token, "/").headers().firstValue("set-cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    @Test
    void showsWhatRunsWithoutAScript() throws Exception {
        daemon.happens(
                Kind.DECIDED,
                "method: CLONE",
                Map.of("what", "method", "outcome", "CLONE", "input.target_state", "NEW"));
        Document page = page("/", READER);
        assertThat(page.title()).startsWith("db running, FILE COPY 0 %").contains("jclone");
        assertThat(page.select("#daemon").text())
                .contains("ready: 1 running, 0 waiting, at most 2 at a time", "a warning");
        Element run = page.selectFirst("#running article");
        assertThat(run.text())
                .contains("db running", "clones db1:3306, replicates from db0:3306", "method: CLONE")
                .contains("Data 1.00 MiB/s", "Network 512 KiB/s", "Connections 4", "Time left 1 min 30 s")
                .contains("Limit 100 MiB/s", "Last progress 0 s ago");
        assertThat(run.select("progress").eachAttr("aria-label"))
                .containsExactly(
                        "DROP DATA of db", "FILE COPY of db", "PAGE COPY of db", "REDO COPY of db", "FILE SYNC of db");
        assertThat(run.select("ol.steps li")).hasSize(10);
        Element target = page.selectFirst("#targets tbody tr");
        assertThat(target.text()).contains("db waits for orders", "/var/lib/mysql", "an unfinished run", "unit mysql");
        assertThat(page.select("#limit").text())
                .contains(
                        "100 MiB/s of data for each run: schedule (08:00-22:00 = 100), until 2026-11-30 12:00:00 UTC");
        assertThat(page.select("#latest a").eachAttr("href")).contains(RUN, "/history");
        assertThat(page.select("noscript").text()).contains("Without JavaScript");
    }

    @Test
    void saysWhatOfATargetIsNotCurrent() throws Exception {
        daemon.hangs(Instant.now().minusSeconds(200));
        assertThat(page("/", READER).selectFirst("#targets tbody tr").text())
                .containsPattern("an unfinished run CLONE not read for 3 min 2\\d s: its file system does not answer");
    }

    @Test
    void showsARunWithAllItsEventsAndItsFailureWithTheRemedy() throws Exception {
        daemon.happens(Kind.STARTED, "began");
        daemon.happens(Kind.WARNING, "slow", Map.of("hint", "Look at the network."));
        daemon.ends(
                State.FAILED,
                Optional.of(new RunFailure(
                        CloneErrorCode.DISK_FULL,
                        Optional.of(Step.CLONE),
                        "no room in /var/lib",
                        "Make room, then retry.",
                        "The old data is untouched.")));
        Document page = page(RUN, READER);
        assertThat(page.title()).startsWith("db failed");
        assertThat(page.select(".failure").text())
                .isEqualTo("The run failed in CLONE DISK_FULL What happened no room in /var/lib What to do Make room,"
                        + " then retry. What holds now The old data is untouched.");
        assertThat(page.select("#events tr .text").eachText())
                .containsExactly("the run is over: FAILED", "slow Look at the network.", "began");
        assertThat(page.select("#facts").text()).contains("data bytes 123 B", "version of donor 9.7.4", "an event was");
        assertThat(page.body().hasAttr("data-live")).isFalse(); // nothing changes any more
        assertThat(page.select("button[data-opens]")).isEmpty();
        assertThat(page(RUN, OPERATOR).select("button[data-opens]").eachText()).containsExactly("Continue");
    }

    @Test
    void filtersTheHistory() throws Exception {
        Document page = page("/history?target=db&state=FAILED&before=20261130-120001-0000", READER);
        assertThat(daemon.queries).hasSize(1);
        assertThat(daemon.queries.get(0).target()).contains("db");
        assertThat(daemon.queries.get(0).states()).containsExactly(State.FAILED);
        assertThat(daemon.queries.get(0).before()).contains("20261130-120001-0000");
        assertThat(page.select("select option[selected]").eachText()).containsExactly("db", "failed");
        assertThat(page.selectFirst("a:contains(Older)").attr("href"))
                .isEqualTo("/history?before=20261130-110000-0000&target=db&state=FAILED");
        page("/history?target=&state=", READER);
        assertThat(daemon.queries.get(1).target()).isEmpty();
        assertThat(send(request("/history?state=lost").header("Authorization", "Bearer " + READER))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void offersChangesToOperatorsOnly() throws Exception {
        Document page = page("/", OPERATOR);
        assertThat(page.select("button[data-opens]").eachAttr("data-opens")).containsExactly("cancel", "throttle");
        assertThat(page.select("dialog").eachAttr("id"))
                .containsExactly("dialog-start", "dialog-retry", "dialog-cancel", "dialog-throttle");
        assertThat(page.select(".reader").text()).isEqualTo("token ci, may operate");
        Document read = page("/", READER);
        assertThat(read.select("button, dialog, form")).isEmpty();
        assertThat(read.select(".reader").text()).isEqualTo("token grafana, may look");
        daemon.ends(State.SUCCEEDED, Optional.empty());
        Thread.sleep(1000); // the overview is at most that old
        assertThat(page("/", OPERATOR).select("#targets button").eachAttr("data-opens"))
                .containsExactly("start");
    }

    @Test
    void forbidsABrowserEverythingButItsOwnFiles() throws Exception {
        List<String> paths =
                List.of("/", "/history", RUN, "/runs/none", "/page/page.css", "/page/page.js", "/page/icon.svg");
        for (String path : paths) {
            HttpResponse<String> answer = send(request(path).header("Authorization", "Bearer " + OPERATOR));
            assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                    .describedAs(path)
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                            + " connect-src 'self';")
                    .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
                    .doesNotContain("unsafe", "*", "http");
            assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(answer.headers().firstValue("referrer-policy")).contains("no-referrer");
            assertThat(answer.headers().firstValue("x-frame-options")).contains("DENY");
            assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
            assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
            if (path.endsWith(".css") || path.endsWith(".js") || path.endsWith(".svg")) {
                assertThat(answer.body().replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                        .doesNotContain("http:", "https:", "@import")
                        .contains("\n");
                continue;
            }
            Document page = Jsoup.parse(answer.body());
            assertThat(page.select("[style], style, script:not([src]), [onclick], base, iframe"))
                    .isEmpty();
            assertThat(page.select("[src], link[href], form[action]").eachAttr("src"))
                    .allMatch(source -> source.startsWith("/page/"));
            assertThat(page.select("a[href]").eachAttr("href")).allMatch(href -> href.matches("[#/].*"));
        }
    }

    @Test
    void asksForATokenAndSignsIn() throws Exception {
        HttpResponse<String> refused = send(request(RUN));
        assertThat(refused.statusCode()).isEqualTo(401);
        Document form = Jsoup.parse(refused.body());
        assertThat(form.select("form").attr("action")).isEqualTo("/session");
        assertThat(form.select("input[name=path]").attr("value")).isEqualTo(RUN);
        assertThat(form.text()).doesNotContain("db1:3306", ScriptedDaemon.RUN, "grafana");

        HttpResponse<String> wrong = signIn("x".repeat(40), RUN);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("set-cookie")).isEmpty();
        assertThat(Jsoup.parse(wrong.body()).select("[role=alert]").text()).contains("The token is not known");

        HttpResponse<String> right = signIn(READER, RUN);
        assertThat(right.statusCode()).isEqualTo(303);
        assertThat(right.headers().firstValue("location")).contains(RUN);
        String set = right.headers().firstValue("set-cookie").orElseThrow();
        assertThat(set)
                .startsWith("jclone-session-" + api.port() + "=")
                .contains("HTTPOnly", "SameSite=Strict", "Path=/", "Max-Age=43200")
                .doesNotContain(READER, "Domain", "Secure"); // this listener has no TLS
        String cookie = set.substring(0, set.indexOf(';'));
        Document page = Jsoup.parse(send(request("/").header("Cookie", cookie)).body());
        assertThat(page.select(".reader").text()).isEqualTo("token grafana, may look");
        assertThat(page.select("form[action=/session/end]")).hasSize(1);

        HttpResponse<String> out = send(
                form(request("/session/end"), Map.of()).header("Cookie", cookie).header("Origin", origin()));
        assertThat(out.headers().firstValue("set-cookie").orElseThrow()).contains("Max-Age=0");

        api.removeReader();
        api.server().reload();
        assertThat(send(request("/").header("Cookie", cookie)).statusCode()).isEqualTo(401);
    }

    @Test
    void leadsNowhereElseAfterSigningIn() throws Exception {
        for (String elsewhere :
                List.of("//evil.example/", "https://evil.example/", "/\\evil.example", "", "/a\r\nX: y")) {
            assertThat(signIn(READER, elsewhere).headers().firstValue("location"))
                    .describedAs(elsewhere)
                    .contains("/");
        }
    }

    @Test
    void takesASessionOnlyFromItsOwnPages() throws Exception {
        String cookie = cookie(OPERATOR);
        String cancel = "/v1/runs/" + ScriptedDaemon.RUN + "/cancel";
        HttpRequest.Builder order = request(cancel)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json")
                .header("Cookie", cookie);
        assertThat(send(order.copy()).statusCode()).isEqualTo(403);
        for (String other : List.of("null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1")) {
            assertThat(send(order.copy().header("Origin", other)).statusCode())
                    .describedAs(other)
                    .isEqualTo(403);
        }
        assertThat(send(order.copy().header("Sec-Fetch-Site", "cross-site")).statusCode())
                .isEqualTo(403);
        assertThat(daemon.calls).isEmpty();
        assertThat(send(order.copy().header("Origin", origin())).statusCode()).isEqualTo(202);
        assertThat(send(order.copy().header("Origin", "null").header("Sec-Fetch-Site", "same-origin"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(daemon.calls).containsExactly("cancel RESUMABLE token ci", "cancel RESUMABLE token ci");

        HttpRequest.Builder reader = request(cancel)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json")
                .header("Origin", origin())
                .header("Cookie", cookie(READER));
        assertThat(send(reader).statusCode()).isEqualTo(403);
        assertThat(daemon.calls).hasSize(2);
        assertThat(send(form(request(cancel), Map.of("mode", "FOR_GOOD"))
                                .header("Cookie", cookie)
                                .header("Origin", origin()))
                        .statusCode())
                .isEqualTo(415); // a form of another page could send it without asking
    }

    @Test
    void changesNothingByGet() throws Exception {
        for (String path : List.of("/", "/history", RUN, RUN + "?mode=FOR_GOOD", "/page/page.js")) {
            send(request(path).header("Authorization", "Bearer " + OPERATOR));
        }
        assertThat(send(request("/session?token=" + OPERATOR)).statusCode()).isEqualTo(405);
        assertThat(daemon.calls).isEmpty();
    }

    @Test
    void saysInAPageWhatIsWrong() throws Exception {
        HttpResponse<String> answer = send(request("/runs/none").header("Authorization", "Bearer " + READER));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Jsoup.parse(answer.body()).select("main").text()).contains("no run none", "Look at the list.");
    }

    @Test
    void keepsHostileTextText() throws Exception {
        daemon.happens(Kind.NOTE, HOSTILE, Map.of("hint", HOSTILE));
        daemon.happens(Kind.DECIDED, HOSTILE, Map.of("what", HOSTILE, "outcome", HOSTILE, "input." + HOSTILE, HOSTILE));
        daemon.ends(
                State.FAILED,
                Optional.of(new RunFailure(CloneErrorCode.DONOR_ERROR, Optional.empty(), HOSTILE, HOSTILE, HOSTILE)));
        for (String path : List.of("/", RUN, "/history")) {
            Document page = page(path, OPERATOR);
            assertThat(page.select("script:not([src]), img, [onerror]")).isEmpty();
            assertThat(page.html()).doesNotContain("\u202e");
            assertThat(page.text()).contains("<script>alert(1)</script>");
        }
        HttpResponse<String> missing = send(request("/runs/" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8))
                .header("Authorization", "Bearer " + OPERATOR));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(Jsoup.parse(missing.body()).select("script:not([src]), img")).isEmpty();
    }

    @Test
    void aLongErrorHidesNoOtherRun() throws Exception {
        String log = "a line of the server's log ".repeat(1000);
        daemon.ends(
                State.FAILED, Optional.of(new RunFailure(CloneErrorCode.DONOR_ERROR, Optional.empty(), log, "", "")));
        String row = page("/history", READER).selectFirst("tbody tr .text").text();
        assertThat(row).startsWith("a line of").endsWith("\u2026").hasSizeLessThanOrEqualTo(400);
        assertThat(page(RUN, READER).select(".failure").text()).contains(log.strip());
    }

    @Test
    void sendsTheChangedPartsOfThePage() throws Exception {
        daemon.happens(Kind.STARTED, "began");
        String live = page(RUN, READER).body().attr("data-live");
        assertThat(live).isEqualTo(RUN + "/live?after=1");
        try (Wire wire = new Wire(api.server().address().orElseThrow())) {
            wire.send("GET " + live + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + READER + "\r\n\r\n");
            String first = wire.readUntil("event: title");
            assertThat(first)
                    .contains("event: hello", "\"edition\":\"0.1.0\"", "{\"id\":\"run\",", "\"id\":\"facts\"")
                    .doesNotContain("event: news", "event: say");
            daemon.happens(Kind.STEP_BEGAN, "STOP <begins>");
            String second = wire.readUntil("event: news").concat(wire.readUntil("\n\n"));
            assertThat(second)
                    .contains("id: 2\nevent: news", "STOP &lt;begins&gt;")
                    .doesNotContain("event-1");
            daemon.ends(State.SUCCEEDED, Optional.empty());
            String rest = wire.readAll();
            assertThat(rest).contains("id: 3\n", "event: say", "db succeeded", "event: over");
        }
        try (Wire wire = new Wire(api.server().address().orElseThrow())) {
            wire.send("GET " + RUN + "/live HTTP/1.1\r\nHost: h\r\nLast-Event-ID: 2\r\nAuthorization: Bearer " + READER
                    + "\r\n\r\n");
            assertThat(wire.readAll()).contains("id: 3\nevent: news").doesNotContain("STOP &lt;");
        }
        assertThat(send(request("/runs/none/live").header("Authorization", "Bearer " + READER))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(request("/live")).statusCode()).isEqualTo(401);
    }

    @Test
    void refusesAForeignNameOverAForwardedUnixSocket() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1:8080", "[::1]:8080", "jclone")) {
            assertThat(local(host)).startsWith("HTTP/1.1 200");
        }
        assertThat(local("evil.example:8080")).startsWith("HTTP/1.1 403");
    }

    private String local(String host) throws Exception {
        try (var channel = java.nio.channels.SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            channel.connect(java.net.UnixDomainSocketAddress.of(folder.resolve("socket")));
            channel.write(StandardCharsets.US_ASCII.encode(
                    "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"));
            return new String(
                    java.nio.channels.Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
