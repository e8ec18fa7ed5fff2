package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.daemon.http.ListenAddress;
import org.jclone.daemon.metrics.DaemonMetrics;
import org.jclone.daemon.rest.ApiServer;
import org.jclone.daemon.rest.ApiSettings;
import org.jclone.daemon.systemd.ServiceManager;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file system of one target hangs, and no request of the page or the API waits for it. */
@Timeout(60)
class HungDirectoryTest {

    private static final String TOKEN = "t".repeat(40);

    /** More than the server has threads for. */
    private static final int REQUESTS = 24;

    private static final Duration BOUND = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final AtomicBoolean hangs = new AtomicBoolean();
    private final AtomicInteger hanging = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private boolean isOpen;
    private Daemon daemon;
    private DaemonMetrics metrics;
    private ApiServer server;

    /** Each run fails at once. */
    private static final class NoRequests implements TargetRequests {

        @Override
        public ProvisionRequest request(DonorListener donors) throws CloneException {
            throw new CloneException(CloneErrorCode.ACCESS_DENIED, "refused", "check the password");
        }

        @Override
        public DonorTable donors() {
            return new DonorTable(List.of(), List.of());
        }
    }

    private Target target(String name) {
        return new Target(
                name,
                folder.resolve(name),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                BandwidthLimits.NONE,
                DonorCare.NONE,
                Upkeep.NONE,
                new NoRequests(),
                "",
                "file, line 1");
    }

    private DirectoryReader.Facts look(Target target) {
        if (target.name().equals("hung") && hangs.get()) {
            hanging.incrementAndGet();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return TargetDirectory.facts(target);
    }

    @BeforeEach
    void start() throws Exception {
        Files.createFile(Files.createDirectory(folder.resolve("hung")).resolve("ibdata1"));
        Path tokens = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(tokens, "read test " + TOKEN + "\n");
        open();
    }

    /** As the program does: the API answers while the daemon starts. */
    private void open() throws Exception {
        isOpen = true;
        DaemonConfiguration configuration = new DaemonConfiguration(
                folder.resolve("jclone.cnf"),
                new DaemonSettings(folder.resolve("state"), 1, Duration.ofDays(30)),
                List.of(target("hung"), target("sound")),
                ThrottleSchedule.NONE);
        daemon = new Daemon(
                configuration,
                () -> configuration,
                "1.2.3",
                Clock.systemUTC(),
                System::nanoTime,
                ServiceManager.NONE,
                this::look);
        metrics = new DaemonMetrics(daemon, Clock.systemUTC());
        ApiSettings settings = new ApiSettings(
                folder.resolve("socket"),
                List.of(),
                Set.of(),
                Set.of(),
                Optional.of(new ListenAddress.Tcp(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty())),
                Optional.of(folder.resolve("tokens")),
                Set.of());
        server = ApiServer.start(settings, daemon, metrics::text, Clock.systemUTC());
        daemon.start();
    }

    @AfterEach
    void stop() {
        released.countDown();
        close();
    }

    private void close() {
        isOpen = false;
        server.close();
        metrics.close();
        daemon.close();
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        URI uri =
                URI.create("http://127.0.0.1:" + server.address().orElseThrow().getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyRequestIsAnsweredWhileOneFileSystemHangs() throws Exception {
        assertThat(daemon.target("hung").directoryState()).isEqualTo(DirectoryState.DATA);
        hangs.set(true);
        long begin = System.nanoTime();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        List<String> paths = List.of("/", "/v1/targets", "/v1/targets/hung", "/metrics", "/history", "/v1/status");
        for (int i = 0; i < REQUESTS; i++) {
            answers.add(get(paths.get(i % paths.size())));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND);
        assertThat(hanging).hasValue(1);
        assertThat(get("/").get(BOUND.toSeconds(), TimeUnit.SECONDS).body())
                .contains("data of another origin", "its file system does not answer");
    }

    @Test
    void whatWasKnownIsShownWithItsAgeUntilTheFileSystemAnswersAgain() throws Exception {
        assertThat(daemon.targets()).extracting(TargetStatus::unansweredSince).containsOnly(Optional.empty());
        hangs.set(true);
        Map<String, TargetStatus> shown = targets();
        assertThat(shown.get("hung").unansweredSince()).isPresent();
        assertThat(shown.get("hung").directoryState()).isEqualTo(DirectoryState.DATA);
        assertThat(shown.get("hung").freeBytes()).isPresent();
        assertThat(shown.get("sound").unansweredSince()).isEmpty();
        assertThat(shown.get("sound").directoryState()).isEqualTo(DirectoryState.EMPTY);

        // Nobody waits again for what hangs already.
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            targets();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(DirectoryReader.PATIENCE.multipliedBy(5));

        Files.delete(folder.resolve("hung/ibdata1"));
        hangs.set(false);
        released.countDown();
        Instant end = Instant.now().plus(BOUND);
        while (daemon.target("hung").unansweredSince().isPresent()) {
            assertThat(Instant.now()).isBefore(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(daemon.target("hung").directoryState()).isEqualTo(DirectoryState.EMPTY);
    }

    @Test
    void aDirectoryThatNeverAnsweredIsUnreadable() throws Exception {
        startAgainWhileItHangs();
        TargetStatus shown = daemon.target("hung");
        assertThat(shown.directoryState()).isEqualTo(DirectoryState.UNREADABLE);
        assertThat(shown.unansweredSince()).isPresent();
    }

    @Test
    void anUnreadableDirectoryIsReportedAtTheStart() throws Exception {
        Files.writeString(folder.resolve("hung").resolve(ProvisionRecord.NAME), "damaged");
        close();
        open();

        CountDownLatch reported = new CountDownLatch(1);
        RunSubscriber subscriber = event -> {
            if (event.text().endsWith("hung cannot be read; an unfinished run in it waits for an order")) {
                reported.countDown();
            }
        };
        try (Subscription events = daemon.subscribe(Optional.empty(), Optional.of(0L), subscriber)) {
            assertThat(events).isNotNull();
            assertThat(reported.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private ProvisionRecord record() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(folder.resolve("hung"));
        record.to(ProvisionRecord.State.BEGUN, Step.STOP);
        return record;
    }

    /** Starts the daemon again while the file system hangs. */
    private void startAgainWhileItHangs() throws Exception {
        if (isOpen) {
            close();
        }
        hangs.set(true);
        long begin = System.nanoTime();
        open();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND);
        for (String path : List.of("/livez", "/readyz", "/", "/v1/targets", "/v1/runs", "/metrics")) {
            assertThat(get(path).get(BOUND.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(daemon.target("hung").unansweredSince()).isPresent();
        assertThat(daemon.target("sound").unansweredSince()).isEmpty();
    }

    private void answer() {
        hangs.set(false);
        released.countDown();
    }

    private List<RunStatus> runs(String target) {
        try {
            return daemon.runs(RunQuery.ALL).runs().stream()
                    .filter(run -> run.target().equals(target))
                    .toList();
        } catch (DaemonException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitEnd(String target) throws Exception {
        Instant end = Instant.now().plus(BOUND.multipliedBy(3));
        while (runs(target).isEmpty() || !runs(target).get(0).state().isOver()) {
            assertThat(Instant.now()).isBefore(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static RunOrder order(String target) {
        return new RunOrder(target, RunOrder.Action.PROVISION, 0, Optional.empty(), "test");
    }

    private static DaemonException refused(ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(DaemonException.class, call);
    }

    @Test
    void theDaemonStartsWhileAFileSystemHangsAndAdoptsItsRunWhenItAnswers() throws Exception {
        record();
        startAgainWhileItHangs();
        assertThat(runs("hung")).isEmpty();
        for (DaemonException refused :
                List.of(refused(() -> daemon.start(order("hung"))), refused(() -> daemon.plan("hung")))) {
            assertThat(refused.kind()).isEqualTo(DaemonException.Kind.UNAVAILABLE);
            assertThat(refused).hasMessageContaining("has not answered since");
        }
        daemon.start(order("sound"));
        awaitEnd("sound");

        answer();
        awaitEnd("hung");
        assertThat(runs("hung")).extracting(run -> run.order().by()).containsExactly("daemon");
        daemon.start(order("hung"));
    }

    @Test
    void aRunOfAnEarlierProcessWaitsForItsFileSystemAndHoldsNoOtherUp() throws Exception {
        record();
        close();
        StoredRun left = StoredRun.of(
                        "20261130-055326-0000", order("hung"), folder.resolve("hung"), Instant.now(), Optional.empty())
                .begunBy(Instant.now());
        new RunFiles(folder.resolve("state/runs")).write(left);
        startAgainWhileItHangs();
        assertThat(runs("hung").get(0).state()).isEqualTo(RunStatus.State.QUEUED);
        daemon.start(order("sound"));
        awaitEnd("sound"); // although one run at a time is allowed
        assertThat(refused(() -> daemon.cancel("20261130-055326-0000", CancelMode.FOR_GOOD, "test")))
                .hasMessageContaining("has not answered since");

        answer();
        awaitEnd("hung");
        assertThat(runs("hung").get(0).processes()).isEqualTo(2);
    }

    @Test
    void aStoppedDaemonWithAHungReaderRefusesWithoutABug() throws Exception {
        hangs.set(true);
        daemon.target("hung");
        long begin = System.nanoTime();
        daemon.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND);
        for (String path : List.of(
                "/",
                "/history",
                "/runs/none",
                "/live",
                "/metrics",
                "/readyz",
                "/v1/status",
                "/v1/targets",
                "/v1/targets/hung",
                "/v1/runs",
                "/v1/runs/none",
                "/v1/runs/none/events",
                "/v1/throttle")) {
            HttpResponse<String> answer = get(path).get(BOUND.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(path).isIn(200, 503);
        }
        HttpResponse<String> unknown = get("/v1/runs/none").get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(unknown.body()).contains("\"code\":\"DAEMON\"", "whether there is a run none is not known");
        assertThat(refused(() -> daemon.start(order("sound")))).hasMessageContaining("the daemon stops");
    }

    private Map<String, TargetStatus> targets() {
        return daemon.targets().stream()
                .collect(java.util.stream.Collectors.toMap(TargetStatus::name, target -> target));
    }
}
