package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.tests.files.SmallFileSystem;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.net.StrangeListener;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each way to fail has its own exit status and a message that says what to do, leaves no directory that looks whole,
 * and leaves the donor free for the next clone.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** MiB/s: a plain donor's hundred megabytes last for seconds. */
    private static final String SLOWLY = "--max-data-bandwidth=15";

    /** By then FILE COPY is well under way. */
    private static final long UNDER_WAY_BYTES = 8 << 20;

    private final Servers servers;
    private final MySqlServer donor;

    FailureIT(Servers servers) {
        this.servers = servers;
        this.donor = servers.plainDonor();
    }

    @Test
    void wrongPassword() throws Exception {
        Path directory = servers.newPath("c");
        CommandResult result = Jclone.run("wrong", fetch(address(donor), MySqlServer.CLONE_USER, directory));
        assertFailed(result, CloneErrorCode.ACCESS_DENIED, "1045", MySqlServer.CLONE_USER);
        Clones.assertNotUsable(directory);
    }

    @Test
    void accountWithoutBackupAdmin() throws Exception {
        donor.sql("CREATE USER IF NOT EXISTS nobody IDENTIFIED BY 'nobody'");
        Path directory = servers.newPath("c");
        CommandResult result = Jclone.run("nobody", fetch(address(donor), "nobody", directory));
        assertFailed(result, CloneErrorCode.PRIVILEGE_MISSING, "1227", "GRANT BACKUP_ADMIN");
        Clones.assertNotUsable(directory);
        Clones.assertFree(donor, servers);
    }

    @Test
    void donorWithoutPluginAndWithoutTls() throws Exception {
        try (MySqlServer bare = servers.create("--no-clone", "--set", "tls_version=")) {
            Path directory = servers.newPath("c");
            assertFailed(
                    fetchFrom(bare.port(), directory, "--get-server-public-key"),
                    CloneErrorCode.PLUGIN_MISSING,
                    "1524",
                    "INSTALL PLUGIN clone");
            assertFailed(fetchFrom(bare.port(), directory, "--ssl-mode=REQUIRED"), CloneErrorCode.TLS_FAILED, "TLS");
            Clones.assertNotUsable(directory);
        }
    }

    @Test
    void certificateOfAnotherAuthority() throws Exception {
        Path directory = servers.newPath("c");
        try (MySqlServer other = servers.create("--no-clone")) {
            String foreign = other.dataDirectory().resolve("ca.pem").toString();
            CommandResult result = fetchFrom(donor.port(), directory, "--ssl-mode=VERIFY_CA", "--ssl-ca=" + foreign);
            assertFailed(result, CloneErrorCode.TLS_FAILED, "certificate");
        }
        Clones.assertNotUsable(directory);
    }

    @Test
    void nobodyListens() throws Exception {
        int port;
        try (StrangeListener closedSoon = StrangeListener.saying(new byte[0])) {
            port = closedSoon.port();
        }
        assertFailed(
                fetchFrom(port, servers.newPath("c")), CloneErrorCode.CONNECT_FAILED, "127.0.0.1:" + port, "refused");
    }

    @Test
    void noSuchHost() {
        CommandResult result = fetchFrom("no-such-host.invalid:3306", servers.newPath("c"));
        assertFailed(result, CloneErrorCode.CONNECT_FAILED, "no-such-host.invalid");
    }

    @Test
    void anotherKindOfServer() throws Exception {
        byte[] greeting = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (StrangeListener web = StrangeListener.saying(greeting)) {
            assertFailed(fetchFrom(web.port(), servers.newPath("c")), CloneErrorCode.PROTOCOL, "MySQL");
        }
    }

    @Test
    void targetThatIsNotEmpty() throws Exception {
        Path directory = Files.createDirectory(servers.newPath("c"));
        Path precious = Files.writeString(directory.resolve("precious"), "keep me");
        assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.TARGET_NOT_USABLE, directory.toString());
        assertThat(precious).hasContent("keep me");
        assertThat(directory).isDirectoryNotContaining(path -> !path.equals(precious));
    }

    @Test
    void donorThatServesAnotherClone() throws Exception {
        try (RunningCommand first = startUnderWay(donor, servers.newPath("c"))) {
            Path directory = servers.newPath("c");
            assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.DONOR_BUSY, "3634", "clone");
            Clones.assertNotUsable(directory);
            assertThat(first.await(TIMEOUT).exitStatus()).isZero();
        }
    }

    /** A program that a signal ended says so with 128 and the number of the signal; 130 is that of Ctrl-C. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void stoppedByTheUser(String signal, int exitStatus) throws Exception {
        Path directory = servers.newPath("c");
        try (RunningCommand running = startUnderWay(donor, directory)) {
            running.signal(signal);
            assertFailed(running.await(TIMEOUT), exitStatus, "stopped", "unfinished");
        }
        assertRefusedByMysqld(directory);
        Clones.assertFree(donor, servers);
    }

    @Test
    void killedOutright() throws Exception {
        Path directory = servers.newPath("c");
        try (RunningCommand running = startUnderWay(donor, directory)) {
            running.signal("KILL");
            assertThat(running.await(TIMEOUT).exitStatus()).isEqualTo(128 + 9);
        }
        assertRefusedByMysqld(directory);
        assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.TARGET_NOT_USABLE, "unfinished");
        Clones.assertFreeSoon(donor, servers);
    }

    @Test
    void donorKilled() throws Exception {
        try (MySqlServer victim = servers.create()) {
            Path directory = servers.newPath("c");
            try (RunningCommand running = startUnderWay(victim, directory)) {
                victim.kill();
                assertFailed(running.await(TIMEOUT), CloneErrorCode.CONNECTION_LOST, address(victim));
            }
            assertRefusedByMysqld(directory);
            victim.start();
            Clones.assertFree(victim, servers);
        }
    }

    @Test
    void connectionsCut() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            proxy.cutAfter(UNDER_WAY_BYTES);
            Path directory = servers.newPath("c");
            assertFailed(
                    fetchFrom(proxy.port(), directory), CloneErrorCode.CONNECTION_LOST, "127.0.0.1:" + proxy.port());
            Clones.assertNotUsable(directory);
        }
        Clones.assertFreeSoon(donor, servers);
    }

    @Test
    void connectionsSilent() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            Path directory = servers.newPath("c");
            CloneRequest request = Clones.request(donor, directory)
                    .donor(new DonorAddress("127.0.0.1", proxy.port()))
                    .bandwidthLimits(new BandwidthLimits(15, 0))
                    .readTimeout(Duration.ofSeconds(3))
                    .build();
            CompletableFuture<CloneException> end = CompletableFuture.supplyAsync(() -> catchThrowableOfType(
                    CloneException.class, () -> new CloneRecipient(request, CloneListener.NONE).run()));
            proxy.awaitBytes(UNDER_WAY_BYTES, TIMEOUT.toSeconds());
            proxy.stall();
            assertThat(end.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .hasMessageContaining("127.0.0.1:" + proxy.port())
                    .hasFieldOrPropertyWithValue("code", CloneErrorCode.CONNECTION_LOST);
            Clones.assertNotUsable(directory);
        }
        Clones.assertFreeSoon(donor, servers);
    }

    @Test
    void diskTooSmall() throws Exception {
        try (SmallFileSystem disk = mount(64)) {
            Path directory = disk.path().resolve("c");
            assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.DISK_FULL, directory.toString());
            Clones.assertNotUsable(directory);
        }
        Clones.assertFree(donor, servers);
    }

    @Test
    void diskThatFillsUpMeanwhile() throws Exception {
        try (SmallFileSystem disk = mount(1024)) {
            Path directory = disk.path().resolve("c");
            try (RunningCommand running = startUnderWay(donor, directory)) {
                fill(disk.path().resolve("filler"));
                assertFailed(running.await(TIMEOUT), CloneErrorCode.DISK_FULL, directory.toString());
            }
            Clones.assertNotUsable(directory);
        }
        Clones.assertFree(donor, servers);
    }

    private SmallFileSystem mount(int mebibytes) {
        var mounted = SmallFileSystem.mount(servers.newPath("m"), mebibytes);
        Requirement.require(mounted.isPresent(), "only root may mount a small file system");
        return mounted.orElseThrow();
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[1 << 20];
        try (var out = Files.newOutputStream(file)) {
            assertThatThrownBy(() -> {
                        while (true) {
                            out.write(block);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    private static List<String> fetch(String donor, String user, Path directory, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("fetch", "--donor=" + donor, "--user=" + user, "--dir=" + directory));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static CommandResult fetchFrom(String donor, Path directory, String... more) {
        return Jclone.run(MySqlServer.CLONE_PASSWORD, fetch(donor, MySqlServer.CLONE_USER, directory, more));
    }

    private static CommandResult fetchFrom(int port, Path directory, String... more) {
        return fetchFrom("127.0.0.1:" + port, directory, more);
    }

    private static String address(MySqlServer server) {
        return "127.0.0.1:" + server.port();
    }

    /** Starts a slow clone and waits until files of its first stage grow. */
    private static RunningCommand startUnderWay(MySqlServer donor, Path directory) throws Exception {
        RunningCommand running = Jclone.start(
                MySqlServer.CLONE_PASSWORD, fetch(address(donor), MySqlServer.CLONE_USER, directory, SLOWLY));
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        Path first = directory.resolve("ibdata1");
        while (!Files.exists(first) || Files.size(first) == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no data after " + TIMEOUT + ": " + running.await(Duration.ofSeconds(1)));
            }
            Thread.sleep(10);
        }
        return running;
    }

    private void assertRefusedByMysqld(Path directory) throws IOException {
        Clones.assertNotUsable(directory);
        assertThatThrownBy(() -> servers.create("--data", directory.toString()))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining("did not start");
    }

    /** It says what happened and what to do next, and shows nothing of its inside. */
    private static void assertFailed(CommandResult result, CloneErrorCode code, String... words) {
        assertFailed(result, code.exitStatus(), words);
    }

    private static void assertFailed(CommandResult result, int exitStatus, String... words) {
        assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(exitStatus);
        assertThat(result.stderr()).contains(words).doesNotContain("Exception", "\tat ");
    }
}
