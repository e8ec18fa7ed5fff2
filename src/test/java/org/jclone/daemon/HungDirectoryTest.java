package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.BandwidthLimits;
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
    private Daemon daemon;
    private DaemonMetrics metrics;
    private ApiServer server;

    private static final class NoRequests implements TargetRequests {

        @Override
        public ProvisionRequest request(DonorListener donors) {
            throw new IllegalStateException("no run is ordered");
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
        daemon.start();
        metrics = new DaemonMetrics(daemon, Clock.systemUTC());
        Path tokens = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(tokens, "read test " + TOKEN + "\n");
        ApiSettings settings = new ApiSettings(
                folder.resolve("socket"),
                List.of(),
                Set.of(),
                Set.of(),
                Optional.of(new ListenAddress.Tcp(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty())),
                Optional.of(tokens),
                Set.of());
        server = ApiServer.start(settings, daemon, metrics::text, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        released.countDown();
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
        hangs.set(true);
        TargetStatus shown = daemon.target("hung");
        assertThat(shown.directoryState()).isEqualTo(DirectoryState.UNREADABLE);
        assertThat(shown.unansweredSince()).isPresent();
    }

    private Map<String, TargetStatus> targets() {
        return daemon.targets().stream()
                .collect(java.util.stream.Collectors.toMap(TargetStatus::name, target -> target));
    }
}
