package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.files.Tablespaces;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The command {@code jclone donor} serves directories of servers that were shut down, to unmodified servers and to
 * jclone.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DonorProcessIT {

    private static final int STATUS_OF_SIGTERM = 143;

    /** By then a clone is well under way. */
    private static final long UNDER_WAY_BYTES = 8 << 20;

    private static final String PASSWORD = MySqlServer.CLONE_PASSWORD;
    private static final int STALLED = 16;

    private final Servers servers;
    private MySqlServer origin;
    private MySqlServer recipient;
    private String fingerprint;

    DonorProcessIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void makeAColdDirectory() {
        Requirement.require(
                servers.hasMountNamespaces(),
                "a server puts tablespaces outside the data directory where the donor has them;"
                        + " only a mount namespace keeps both apart on one machine");
        origin = servers.create("--gtid");
        origin.load("tables", "storage", "outside-undo", "programs");
        fingerprint = origin.fingerprint("--relocated");
        origin.stop();
        recipient = newRecipient();
    }

    private MySqlServer newRecipient() {
        return servers.create(
                "--no-binlog", "--gtid", "--outside", origin.outside().toString());
    }

    @AfterAll
    void close() {
        recipient.close();
        origin.close();
    }

    private DonorProcess serve(String... options) throws IOException {
        return DonorProcess.serve(origin.dataDirectory(), PASSWORD, options);
    }

    @Test
    void servesManyRecipientsAtOnce() throws Exception {
        Path first = servers.newPath("c");
        Path second = servers.newPath("c");
        Path ours = servers.newPath("c");
        try (DonorProcess donor = serve("--directories=" + origin.outside());
                MySqlServer other = newRecipient()) {
            CompletableFuture<Void> overTls = CompletableFuture.runAsync(
                    () -> recipient.cloneFrom(donor.port(), first, "clone_max_concurrency=16"));
            CompletableFuture<Void> inClearText = CompletableFuture.runAsync(
                    () -> other.cloneFrom(donor.port(), second, "--no-ssl", "clone_max_concurrency=2"));
            CommandResult fetched = Fetches.fetchFrom(
                    donor.port(),
                    ours,
                    "--ssl-mode=REQUIRED",
                    "--enable-compression=ON",
                    "--compression-algorithms=zstd");
            CompletableFuture<Void> all = CompletableFuture.allOf(overTls, inClearText);
            all.exceptionally(failure -> null).join();
            donor.terminate();
            CommandResult end = donor.awaitEnd();
            assertThat(all).as(end.stdout()).isCompleted();
            assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
            assertThat(end.exitStatus()).isEqualTo(STATUS_OF_SIGTERM);
            assertThat(end.stdout())
                    .containsPattern("(?s)(clone \\d+ of clone_donor@127.0.0.1:\\d+ is complete.*){3}")
                    .contains("stopping; 0 clones are running", "stopped");
            assertThat(end.stderr()).doesNotContain("missing");
            Tablespaces.assertSame(first, second);
            Tablespaces.assertSame(recipient.outside(), other.outside());
        }
        String outside = origin.outside() + "=" + recipient.outside();
        assertWhole(first, "--outside", outside);
        assertWhole(ours);
        for (String table : List.of("storage/page_zlib.ibd", "storage/page_lz4.ibd")) {
            long blocks = Tablespaces.blocks(origin.dataDirectory().resolve(table));
            assertThat(Tablespaces.blocks(first.resolve(table)))
                    .as("blocks of %s", table)
                    .isLessThanOrEqualTo(blocks);
            assertThat(Tablespaces.blocks(ours.resolve(table)))
                    .as("blocks of %s", table)
                    .isLessThanOrEqualTo(blocks);
        }
    }

    private void assertWhole(Path directory, String... options) {
        List<String> all = new ArrayList<>(List.of("--data", directory.toString(), "--gtid"));
        all.addAll(List.of(options));
        try (MySqlServer clone = servers.create(all.toArray(String[]::new))) {
            assertThat(clone.fingerprint("--relocated")).isEqualTo(fingerprint);
            assertThat(clone.row("SELECT state, error_no FROM performance_schema.clone_status"))
                    .containsExactly("Completed", "0");
        }
    }

    @Test
    void followsTheFaultScriptAndTheBandwidthLimit() throws IOException {
        Path target = servers.newPath("c");
        Path script = Files.writeString(
                servers.newPath("f"), "seed 42\non connection 1 at data file_copy number 20: reset # once\n");
        try (DonorProcess donor = serve("--allow-incomplete", "--faults=" + script, "--max-bandwidth=100")) {
            long begin = System.nanoTime();
            recipient.cloneFrom(donor.port(), target, "clone_max_concurrency=1", "clone_autotune_concurrency=OFF");
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            donor.terminate();

            assertThat(donor.awaitEnd().stdout())
                    .contains("faults: seed 42")
                    .containsSubsequence(" begins", " is interrupted after ", " resumes after ", " is complete: ");
            Tablespaces.assertSame(origin.dataDirectory(), target);
            long mib = Tablespaces.bytes(target) >> 20;
            assertThat(millis).isGreaterThan(mib * 10 * 95 / 100);
        }
    }

    @Test
    void letsRecipientsFinishWhenItStopsAndKeepsServersOut() throws Exception {
        Path target = servers.newPath("c");
        try (DonorProcess donor = serve("--allow-incomplete", "--stop-timeout=60");
                FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            proxy.stallAfter(UNDER_WAY_BYTES);
            CompletableFuture<Void> clone = CompletableFuture.runAsync(() -> recipient.cloneFrom(proxy.port(), target));
            donor.await(" begins");
            proxy.awaitStall(Fetches.TIMEOUT);
            assertOriginCannotStart();
            donor.terminate();
            donor.await("stopping; 1 clone is running, at most 60 s to finish");
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> Clones.run(Clones.request(origin, servers.newPath("c"))
                            .donor(new DonorAddress("127.0.0.1", donor.port()))
                            .tls(it -> it.withSslMode(SslMode.REQUIRED))))
                    .satisfies(late -> assertThat(late.code()).as("%s", late).isEqualTo(CloneErrorCode.DONOR_BUSY));
            proxy.resume();
            clone.join();

            CommandResult end = donor.awaitEnd();
            assertThat(end.exitStatus()).isEqualTo(STATUS_OF_SIGTERM);
            assertThat(end.stdout()).contains(" is complete: ").endsWith("stopped\n");
            Tablespaces.assertSame(origin.dataDirectory(), target);
        }
    }

    /** The server retries the lock for 100 s before it gives up. */
    private void assertOriginCannotStart() throws Exception {
        Path log = origin.folder().resolve("mysqld.log");
        long before = Files.size(log);
        CompletableFuture<Void> start = CompletableFuture.runAsync(origin::start);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(log).substring((int) before).contains("Unable to lock ./ibdata1")) {
            assertThat(start).isNotDone();
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        origin.kill();
        assertThatExceptionOfType(CompletionException.class).isThrownBy(start::join);
    }

    /** The stalled ones take all the memory that they can get, and hold a connection each. */
    @Test
    void manyStalledRecipientsDoNotAffectOthers() throws Exception {
        Path theirs = servers.newPath("c");
        Path ours = servers.newPath("c");
        ExecutorService pool = Executors.newFixedThreadPool(STALLED);
        try (DonorProcess donor = DonorProcess.serveInBoundedMemory(
                        origin.dataDirectory(), "--allow-incomplete", "--max-recipients=" + (STALLED + 1));
                FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            proxy.slowTo(STALLED << 20);
            for (int i = 0; i < STALLED; i++) {
                Path directory = servers.newPath("stalled");
                pool.submit(() -> Clones.run(Clones.request(origin, directory)
                        .donor(new DonorAddress("127.0.0.1", proxy.port()))
                        .tls(it -> it.withSslMode(SslMode.REQUIRED))
                        .transfer(it -> it.withMaxConcurrency(1))
                        .interruptions(it -> it.withReconnectTimeout(Duration.ZERO))));
            }
            donor.await(" begins", STALLED);
            proxy.stallAfter(STALLED << 20); // while data flows to all of them
            proxy.awaitStall(Fetches.TIMEOUT);

            recipient.cloneFrom(donor.port(), theirs, "clone_max_concurrency=4");
            CommandResult fetched = Fetches.fetchFrom(donor.port(), ours, "--ssl-mode=REQUIRED");

            assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
            Tablespaces.assertSame(origin.dataDirectory(), theirs);
            donor.await(" is complete: ", 2);
            proxy.cut();
            donor.terminate();
            CommandResult end = donor.awaitEnd();
            String[] parts = end.stdout().split(" is complete: ", -1);
            assertThat(parts).hasSize(3);
            assertThat(parts[0] + parts[1])
                    .as("the stalled ones outlast the others")
                    .doesNotContain(" is interrupted", " has failed", " resumes");
            assertThat(end.stderr()).doesNotContain("OutOfMemory", "Exception");
        } finally {
            pool.shutdownNow();
            assertThat(pool.awaitTermination(Fetches.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void refusesADirectoryThatLacksTablespaces() throws IOException {
        Fetches.assertFailed(
                DonorProcess.run(origin.dataDirectory()),
                CloneErrorCode.TARGET_NOT_USABLE,
                "4 tablespaces of " + origin.dataDirectory() + " are missing:",
                origin.outside() + "/outside_space.ibd",
                "--directories='" + origin.outside() + ";" + origin.outside() + "/storage'",
                "--allow-incomplete");
    }

    @Test
    void cutsRecipientsWhenItStopsAtOnce() throws IOException {
        try (DonorProcess donor =
                serve("--allow-incomplete", "--max-bandwidth=20", "--timeout-after-network-failure=0")) {
            CompletableFuture<Void> clone =
                    CompletableFuture.runAsync(() -> recipient.cloneFrom(donor.port(), servers.newPath("c")));
            donor.await(" begins");
            donor.terminate();

            CommandResult end = donor.awaitEnd();
            assertThat(end.exitStatus()).isEqualTo(STATUS_OF_SIGTERM);
            assertThat(end.stdout())
                    .contains("stopping; 1 clone is running, cut")
                    .containsPattern("clone \\d+ of clone_donor@127.0.0.1:\\d+ has failed after ")
                    .endsWith("stopped\n");
            assertThat(end.stderr())
                    .contains("WARNING: no clone will be complete: 4 tablespaces of")
                    .contains(origin.outside() + "/outside_space.ibd", origin.outside() + "/outside_undo.ibu")
                    .contains(origin.outside() + "/storage/outside_table.ibd")
                    .contains(origin.outside() + "/storage/outside_partition#p#outside.ibd");
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(clone::join)
                    .withCauseInstanceOf(ScriptException.class);
        }
    }

    @Test
    void answersTheQueriesOfCheck() throws IOException {
        try (DonorProcess donor = serve("--directories=" + origin.outside())) {
            CommandResult checked = Jclone.run(
                    PASSWORD,
                    List.of(
                            "check",
                            "--donor=127.0.0.1:" + donor.port(),
                            "--user=" + MySqlServer.CLONE_USER,
                            "--ssl-mode=REQUIRED",
                            "--dir=" + servers.newPath("c"),
                            "--map-path=" + origin.outside() + '=' + servers.newPath("m")));
            assertThat(checked.exitStatus())
                    .as(checked.stdout() + checked.stderr())
                    .isZero();
            assertThat(checked.stdout())
                    .doesNotContain("error 1235", "error 1146", "error 1054", "the donor says")
                    .contains("BACKUP_ADMIN", origin.outside() + "/outside_space.ibd", "are needed");
        }
    }

    @Test
    void refusesAWrongPassword() throws IOException {
        try (DonorProcess donor =
                DonorProcess.serve(origin.dataDirectory(), "another password", "--allow-incomplete")) {
            Path target = servers.newPath("c");
            assertThatExceptionOfType(ScriptException.class)
                    .isThrownBy(() -> recipient.cloneFrom(donor.port(), target))
                    .withMessageContaining("1045");
            assertThatExceptionOfType(ScriptException.class)
                    .isThrownBy(() ->
                            recipient.sqlAt(donor.port(), MySqlServer.CLONE_USER, MySqlServer.CLONE_PASSWORD, "DO 0"))
                    .withMessageContaining("1045 (28000)");
            Fetches.assertFailed(
                    Fetches.fetchFrom(donor.port(), target, "--ssl-mode=REQUIRED"),
                    CloneErrorCode.ACCESS_DENIED,
                    "1045");
            donor.terminate();
            assertThat(donor.awaitEnd().stdout())
                    .contains("login of clone_donor from 127.0.0.1 failed", "2 times in a row from there");
        }
    }

    @Test
    void requiresTheKeyringOfEncryptedData() throws IOException {
        MySqlServer encrypted = servers.create("--gtid", "--encrypt");
        encrypted.load("tables", "encrypted", "encrypted-logs");
        String expected = encrypted.fingerprint();
        encrypted.stop();
        Path target = servers.newPath("c");
        MySqlServer keeper = servers.create("--no-binlog", "--encrypt");
        Fetches.assertFailed(
                DonorProcess.run(encrypted.dataDirectory()),
                CloneErrorCode.TARGET_NOT_USABLE,
                "is encrypted",
                "--keyring-file");
        try (DonorProcess donor =
                DonorProcess.serve(encrypted.dataDirectory(), PASSWORD, "--keyring-file=" + encrypted.keyring())) {
            assertThatExceptionOfType(ScriptException.class)
                    .isThrownBy(() -> keeper.cloneFrom(donor.port(), servers.newPath("c"), "--no-ssl"))
                    .withMessageContaining("3872");
            keeper.cloneFrom(donor.port(), target);
            donor.terminate();
            assertThat(donor.awaitEnd().stderr()).doesNotContain("missing");
        }
        try (MySqlServer clone = servers.create(
                "--data",
                target.toString(),
                "--gtid",
                "--encrypt",
                "--keyring",
                keeper.keyring().toString())) {
            assertThat(clone.fingerprint()).isEqualTo(expected);
            assertThat(clone.check()).startsWith("checked");
        }
        keeper.close();
        encrypted.close();
    }

    @Test
    void refusesADirectoryInUseOrNotShutDownCleanly() throws Exception {
        MySqlServer server = servers.create();
        assertRefused(server.dataDirectory(), "a server or another donor uses");
        server.sql("CREATE DATABASE crash; CREATE TABLE crash.t (a INT); INSERT INTO crash.t VALUES (1)");
        server.kill();
        awaitUnlocked(server.dataDirectory());
        assertRefused(server.dataDirectory(), "was not shut down cleanly");
        Files.createDirectories(server.dataDirectory().resolve("#clone"));
        Files.createFile(server.dataDirectory().resolve("#clone/#status_in_progress"));
        assertRefused(server.dataDirectory(), "holds an incomplete clone");
        server.close();
    }

    /** Waits until the kernel has released the locks of a killed process. */
    private static void awaitUnlocked(Path directory) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try (FileChannel file = FileChannel.open(directory.resolve("ibdata1"))) {
            while (file.tryLock(0, Long.MAX_VALUE, true) == null && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static void assertRefused(Path directory, String reason) throws IOException {
        Fetches.assertFailed(DonorProcess.run(directory), CloneErrorCode.TARGET_NOT_USABLE, reason);
    }
}
