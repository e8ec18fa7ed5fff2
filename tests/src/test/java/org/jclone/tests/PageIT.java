package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.tests.browser.Browser;
import org.jclone.tests.browser.RealBrowser;
import org.jclone.tests.net.FreePort;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;

/**
 * The daemon's page in a real Chromium, used with the keyboard only. One daemon with a real donor serves all tests, each of
 * which has a target of its own.
 */
@RealServer
@RealBrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {

    private static final String OPERATOR = "o".repeat(40);
    private static final String READER = "r".repeat(40);

    /** MiB per second: slow enough to watch the copy of a new server's data. */
    private static final int SLOW = 1;

    private final Servers servers;
    private MySqlServer source;
    private DaemonFixture fixture;
    private DaemonFixture.Replica watched;
    private DaemonFixture.Replica stopped;
    private DaemonFixture.Replica restarted;
    private DaemonFixture.Replica refused;
    private RunningCommand daemon;
    private String origin;
    private Browser browser;

    PageIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void startAll() throws Exception {
        source = servers.create("--gtid");
        fixture = new DaemonFixture(servers, source, servers::newLastingPath);
        watched = fixture.replica();
        stopped = fixture.replica();
        restarted = fixture.replica();
        refused = fixture.replica();
        int port = FreePort.find();
        origin = "http://127.0.0.1:" + port;
        fixture.addDaemonOptions(
                "api-listen = 127.0.0.1:" + port,
                "api-token-file = " + fixture.secret("operate anna " + OPERATOR + "\nread grafana " + READER + "\n"));
        fixture.configure(
                SLOW,
                """

                [source refusing]
                donor = 127.0.0.1:%d
                user = %s
                password-file = %s
                ssl-mode = REQUIRED
                """.formatted(source.port(), MySqlServer.CLONE_USER, fixture.secret("not the password")),
                watched.target("db1"),
                stopped.target("db2"),
                restarted.target("db3"),
                refused.target("db4").replace("from = primary", "from = refusing"));
        daemon = fixture.start();
        browser = new Browser(origin);
    }

    @AfterAll
    void stopAll() throws IOException {
        for (AutoCloseable each : new AutoCloseable[] {browser, daemon, watched, stopped, restarted, refused, source}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    @BeforeEach
    void signOut() {
        browser.forgetSessions();
        browser.faults();
        browser.foreignRequests();
    }

    /** No test leaves a run, and none makes the page break its own policy, or ask another server. */
    @AfterEach
    void nothingWasForbidden() throws Exception {
        for (RunStatus run : fixture.runs()) {
            if (!run.state().isOver()) {
                fixture.said("cancel", run.id(), "--for-good");
                fixture.awaitEnd(run.id(), State.CANCELLED);
            }
        }
        assertThat(browser.faults()).isEmpty();
        assertThat(browser.foreignRequests()).isEmpty();
    }

    private void signIn(String token) {
        browser.open("/");
        browser.tabTo("#token");
        browser.press(token);
        browser.press(Keys.ENTER);
        browser.await("the overview", () -> browser.count("#targets") == 1);
    }

    /** Opens a dialog of a target, and agrees to what it says. */
    private void order(String label, String dialog) {
        browser.enter("[aria-label='" + label + "']");
        browser.await(dialog, () -> browser.count("#dialog-" + dialog) == 1);
        browser.enter("#dialog-" + dialog + " [value=send]");
    }

    /** Starts a run on the page, which then shows it. Returns the run. */
    private String start(String target) {
        order("Start " + target, "start");
        browser.await("the run's page", () -> browser.path().startsWith("/runs/"));
        return browser.path().substring("/runs/".length());
    }

    @Test
    void aCloneIsWatchedFromItsStartToItsEnd() throws Exception {
        signIn(OPERATOR);
        browser.picture("overview", 900);
        String run = start("db1");
        browser.await("bytes in FILE COPY", () -> browser.bar("FILE COPY of db1") > 0);
        assertThat(judge("a running run")).isEmpty();
        browser.mark();
        int seen = browser.bar("FILE COPY of db1");
        browser.await("more bytes", () -> browser.bar("FILE COPY of db1") > seen);
        assertThat(browser.title()).contains("db1 running", "FILE COPY");
        assertThat(browser.isMarked()).as("not loaded again").isTrue();
        assertThat(browser.text(".steps [aria-current=step]")).startsWith("CLONE");

        browser.enter("nav a[href='/']");
        browser.await("the overview's bars", () -> browser.bar("FILE COPY of db1") > seen);
        browser.mark();
        String card = "#run-" + run;
        assertThat(browser.text(card + " .servers")).contains("clones 127.0.0.1:" + source.port());
        assertThat(browser.text(card + " .figures"))
                .contains("Data", "Network", "Connections", "Limit " + SLOW + " MiB/s");
        assertThat(browser.text(card + " .decisions")).contains("way: CLONE");
        browser.picture("copy", 1000);
        assertThat(judge("the overview while a run copies")).isEmpty();

        browser.enter("[data-opens=throttle]");
        browser.tabTo("[name=dataMiBPerSecond]");
        browser.press("0");
        browser.press(Keys.ENTER);
        browser.awaitText("#limit", "no limit for each run: set by token anna, until");
        browser.awaitText("#latest tbody tr", "succeeded");
        assertThat(browser.count(card)).isZero();
        assertThat(browser.isMarked()).as("not loaded again").isTrue();
        assertThat(browser.text("#targets tbody tr")).contains("db1", "a replica");

        browser.enter("#latest a[href='/runs/" + run + "']");
        browser.awaitText("#run .state", "succeeded");
        List<String> kinds = fixture.events(Optional.of(run)).stream()
                .map(event -> event.kind().name().toLowerCase(java.util.Locale.ROOT))
                .toList();
        assertThat(kinds).contains("queued", "step_began", "decided", "stage_done", "ended");
        assertThat(browser.count("#events tr")).isEqualTo(kinds.size());
        assertThat(browser.text("#events tr")).contains("ended");
        assertThat(browser.count(".steps .done")).isGreaterThan(5);
        assertThat(browser.text("#run .servers"))
                .isEqualTo("clones 127.0.0.1:%d, replicates from 127.0.0.1:%d".formatted(source.port(), source.port()));
        assertThat(browser.text("#facts")).contains("source 127.0.0.1:" + source.port(), "replicates by GTID");
        browser.picture("finished", 560);
        assertThat(judge("a run that has succeeded")).isEmpty();
        browser.pictureFrom("timeline", "[aria-labelledby=events-heading]", 800);
        watched.assertReplicates();

        browser.open("/");
        browser.enter("[data-opens=throttle]");
        browser.enter("#dialog-throttle [value=reset]");
        browser.awaitText("#limit", SLOW + " MiB/s of data for each run: configuration");
    }

    @Test
    void aFailedRunSaysWhatHappenedAndWhatToDo() throws Exception {
        signIn(OPERATOR);
        String run = start("db4");
        browser.awaitText("#run .state", "failed");
        RunFailure failure = fixture.run(run).failure().orElseThrow();
        assertThat(browser.text(".failure"))
                .contains("The run failed in", failure.code().name(), "What happened", "What to do")
                .contains(plain(failure.text()), plain(failure.hint()));
        assertThat(browser.text("#events tr")).contains("ended");
        browser.picture("failure", 700);
        assertThat(judge("a failed run")).isEmpty();

        browser.open("/history?state=FAILED");
        assertThat(browser.text("tbody"))
                .contains("db4", "failed", plain(failure.text()).substring(0, 200));
        assertThat(browser.count("[aria-label='Repeat db4']")).isZero();
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    @Test
    void aRunIsStoppedFromThePage() throws Exception {
        signIn(OPERATOR);
        String run = start("db2");
        fixture.awaitCopy(run, stopped);
        browser.await("bytes", () -> browser.bar("FILE COPY of db2") > 0);
        browser.enter("[aria-label='Stop db2']");
        browser.await("the question", () -> browser.count("#dialog-cancel") == 1);
        assertThat(browser.text("#dialog-cancel")).contains("The run of db2 stops", "can be continued", "is undone");
        browser.picture("stop", 700);
        assertThat(judge("the question before a stop")).isEmpty();

        browser.press(Keys.ESCAPE);
        browser.await("no question", () -> browser.count("#dialog-cancel") == 0);
        assertThat(fixture.run(run).state()).isEqualTo(State.RUNNING);

        browser.enter("[aria-label='Stop db2']");
        browser.tabTo("#dialog-cancel [value=RESUMABLE]");
        browser.press(Keys.ARROW_DOWN);
        browser.press(Keys.ENTER);
        browser.awaitText("#run .state", "cancelled");
        fixture.awaitEnd(run, State.CANCELLED);
        assertThat(judge("a cancelled run")).isEmpty();
        assertThat(stopped.data().resolve(".jclone-new")).doesNotExist();
    }

    @Test
    void whoMayOnlyReadGetsNoButtonsAndIsRefused() throws Exception {
        signIn(READER);
        assertThat(browser.text(".reader")).isEqualTo("token grafana, may look");
        assertThat(browser.count("button")).isEqualTo(1); // "Sign out"
        assertThat(browser.script("return document.querySelectorAll('dialog, [data-opens]').length"))
                .isEqualTo(0L);
        Object status = browser.script("return fetch('/v1/targets/db1/runs', {method: 'POST', body: '{}',"
                + " headers: {'Content-Type': 'application/json'}}).then(answer => answer.status)");
        assertThat(status).isEqualTo(403L);
        assertThat(browser.count("#running article")).isZero();
    }

    @Tag("full")
    @Test
    void thePageNoticesThatTheDaemonWasKilledAndFindsItAgain() throws Exception {
        signIn(OPERATOR);
        String run = start("db3");
        fixture.awaitCopy(run, restarted);
        browser.await("bytes", () -> browser.bar("FILE COPY of db3") > 0);
        browser.mark();
        daemon.signal("KILL");
        daemon.await(DaemonFixture.TIMEOUT);
        daemon.close();
        browser.awaitText("#connection", "Not current: the daemon has not answered since");
        browser.picture("lost", 700);
        assertThat(browser.text("#run .state")).isEqualTo("running");

        daemon = fixture.start();
        browser.await("no warning", () -> browser.text("#connection").isEmpty());
        browser.awaitText("#run", "continued by 1 more process of the daemon");
        assertThat(browser.isMarked()).as("not loaded again").isTrue();
        assertThat(browser.text("#run .state")).isEqualTo("running");
        int events = fixture.events(Optional.of(run)).size();
        browser.await("every event", () -> browser.count("#events tr") >= events);

        fixture.said("cancel", run, "--for-good");
        browser.awaitText("#run .state", "cancelled");
    }

    @Test
    void withoutJavaScriptTheOverviewIsComplete() {
        signIn(READER);
        String with = browser.text("main");
        browser.allowScripts(false);
        try {
            browser.open("/");
            assertThat(browser.script("return document.documentElement.classList.contains('scripted')"))
                    .isEqualTo(false);
            assertThat(browser.text("#connection")).contains("Without JavaScript this page shows the moment");
            assertThat(withoutTimes(browser.text("main"))).isEqualTo(withoutTimes(with));
            assertThat(with).contains("Running", "Targets", "db1", "db2", "db3", "db4", "Limit", "Latest runs");
        } finally {
            browser.allowScripts(true);
        }
    }

    /** Ages move on between two looks. */
    private static String withoutTimes(String text) {
        return text.replaceAll("\\d+ (s|min \\d+ s) ago", "ago");
    }

    @Test
    void theKeyboardReachesEverythingAndBothColourSchemesCanBeRead() throws IOException {
        browser.open("/");
        browser.picture("sign-in", 400);
        Set<String> faults = new TreeSet<>(judge("sign-in"));
        signIn(OPERATOR);
        faults.addAll(judge("overview"));
        browser.enter("[data-opens=throttle]");
        faults.addAll(judge("a dialog"));
        browser.press(Keys.ESCAPE);
        browser.open("/history");
        faults.addAll(judge("history"));
        browser.open("/runs/none");
        assertThat(browser.text("main")).contains("there is no run none");
        faults.addAll(judge("no run"));
        assertThat(faults).isEmpty();
    }

    private List<String> judge(String page) throws IOException {
        List<String> faults = new java.util.ArrayList<>(browser.unreachable());
        for (String colours : List.of("light", "dark")) {
            browser.prefer(colours);
            browser.accessibilityFaults().forEach(fault -> faults.add(page + ", " + colours + ": " + fault));
            if (colours.equals("dark") && page.equals("overview")) {
                browser.picture("dark", 900);
            }
        }
        browser.prefer("light");
        return faults;
    }

    @Test
    void thePolicyOfThePageStopsWhatAnIntruderWouldAdd() throws Exception {
        signIn(READER);
        browser.script(
                "const intruder = document.createElement('script'); intruder.textContent = 'window.intruder = 1';"
                        + " document.body.append(intruder);"
                        + " document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:1/x.png\">')");
        Object asked = browser.script("return fetch('http://127.0.0.1:1/').then(() => 'answered', fault => 'refused')");
        assertThat(asked).isEqualTo("refused");
        assertThat(browser.script("return window.intruder")).isNull();
        assertThat(browser.faults())
                .anyMatch(text -> text.contains("script-src"))
                .anyMatch(text -> text.contains("img-src"))
                .anyMatch(text -> text.contains("connect-src"));
        browser.foreignRequests(); // what was refused is noted there, too

        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(origin + "/"))
                                .header("Authorization", "Bearer " + READER)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(page.headers().map()).containsAllEntriesOf(Map.of("x-frame-options", List.of("DENY")));
    }
}
