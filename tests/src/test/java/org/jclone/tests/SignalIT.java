package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How signals affect the program and the donor. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignalIT {

    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    /** By then the donor copies files; a clone killed earlier cannot be resumed. */
    private static final long GROWN_BYTES = 6 << 20;

    private final Servers servers;
    private final MySqlServer donor;

    SignalIT(Servers servers) {
        this.servers = servers;
        this.donor = servers.plainDonor();
    }

    @Test
    void theFirstStopsAResumableClone() throws Exception {
        Path directory = servers.newPath("c");
        try (RunningCommand running = Fetches.startUnderWay(donor, directory)) {
            running.signal("TERM");
            Fetches.assertFailed(running.await(Fetches.TIMEOUT), 128 + 15, "stopped: SIGTERM", "--resume");
        }
        CommandResult resumed = Fetches.fetchFrom(donor.port(), directory, "--resume");
        assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
        assertSame(directory);
    }

    /** Sends both before the program can end on either; which arrives first is a race. */
    @Test
    void theSecondReleasesTheDonor() throws Exception {
        Path directory = servers.newPath("c");
        try (RunningCommand running = Fetches.startUnderWay(donor, directory)) {
            running.signals("INT", "TERM");
            CommandResult result = running.await(Fetches.TIMEOUT);
            assertThat(result.exitStatus()).as(result.stderr()).isIn(128 + 2, 128 + 15);
            assertThat(result.stderr())
                    .containsPattern("stopped: SIG(INT|TERM) again")
                    .doesNotContain("--resume", "Exception", "\tat ");
        }
        assertThat(clonesAtTheDonor()).isZero();
        Fetches.assertFailed(
                Fetches.fetchFrom(donor.port(), directory, "--resume"),
                CloneErrorCode.SNAPSHOT_GONE,
                "no longer has the snapshot");
        Clones.assertFree(donor, servers);
    }

    /** The donor is busy with a clone that will not be resumed. */
    @Test
    void theStatementInTheWarningReleasesTheDonor() throws Exception {
        try (RunningCommand running = Fetches.startUnderWay(donor, servers.newPath("c"))) {
            running.signal("INT");
            CommandResult result = running.await(Fetches.TIMEOUT);
            assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(128 + 2);
            Matcher kill = Pattern.compile("(KILL \\d+) at the donor").matcher(result.stderr());
            assertThat(kill.find()).as(result.stderr()).isTrue();
            assertThat(clonesAtTheDonor()).isEqualTo(1);
            donor.sql(kill.group(1));
        }
        Clones.assertFreeSoon(donor, servers);
    }

    @Test
    void hangupReadsTheLimitsAgain() throws Exception {
        Path directory = servers.newPath("c");
        Path limits = Files.writeString(servers.newPath("limits"), "max-data-bandwidth=15\n");
        try (RunningCommand running = Fetches.startUnderWay(
                donor, directory, "--limits-file=" + limits, "--max-concurrency=1", "--autotune-concurrency=OFF")) {
            Files.writeString(limits, "max-data-bandwidth=3\n");
            running.signal("HUP");
            running.awaitOutput(said -> said.contains("limits now: 3 MiB/s"), Fetches.TIMEOUT);
            TimeUnit.MILLISECONDS.sleep(500);
            double slow = mebibytesPerSecond(directory);
            Files.writeString(limits, "max-data-bandwidth=fast\n");
            running.signal("HUP");
            running.awaitOutput(said -> said.contains("the limits stay: 3 MiB/s"), Fetches.TIMEOUT);
            Files.writeString(limits, "max-data-bandwidth=10\n");
            running.signal("HUP");
            running.awaitOutput(said -> said.contains("limits now: 10 MiB/s"), Fetches.TIMEOUT);
            double fast = mebibytesPerSecond(directory);
            assertThat(slow).as("at 3 MiB/s").isBetween(0.5, 5.0);
            assertThat(fast).as("at 10 MiB/s").isBetween(5.0, 18.0);
            Files.writeString(limits, "");
            running.signal("HUP");
            CommandResult result = running.await(Fetches.TIMEOUT);
            assertThat(result.exitStatus()).as(result.stderr()).isZero();
        }
    }

    /** A service with {@code Restart=on-failure} and {@code --resume=auto} does this. */
    @Test
    void aRestartedServiceCompletesTheClone() throws Exception {
        Path directory = servers.newPath("c");
        List<String> loop = new ArrayList<>(List.of("bash", "-c", "until \"$@\"; do sleep 0.2; done", "loop"));
        loop.addAll(Jclone.command(Fetches.fetch(
                Fetches.address(donor),
                MySqlServer.CLONE_USER,
                directory,
                "--resume=auto",
                "--max-data-bandwidth=25",
                "--max-concurrency=2")));
        try (RunningCommand running = RunningCommand.start(loop, Map.of("MYSQL_PWD", MySqlServer.CLONE_PASSWORD))) {
            for (String signal : List.of("KILL", "TERM")) {
                awaitGrowth(directory);
                running.signalChildren(signal);
                TimeUnit.MILLISECONDS.sleep(300);
            }
            CommandResult result = running.await(Fetches.TIMEOUT);
            assertThat(result.exitStatus()).as(result.stderr()).isZero();
            assertThat(result.stderr()).doesNotContain("It is removed, and a new clone starts.");
        }
        assertSame(directory);
    }

    private long clonesAtTheDonor() {
        return donor.number("SELECT COUNT(*) FROM performance_schema.threads WHERE processlist_command = 'clone'");
    }

    private static void awaitGrowth(Path directory) throws Exception {
        long deadline = System.nanoTime() + Fetches.TIMEOUT.toNanos();
        long before = allocated(directory);
        while (allocated(directory) - before < GROWN_BYTES) {
            assertThat(System.nanoTime()).as("no progress in " + directory).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Never too high a rate, however busy the machine is. */
    private static double mebibytesPerSecond(Path directory) throws InterruptedException {
        long beginNanos = System.nanoTime();
        long begin = allocated(directory);
        TimeUnit.SECONDS.sleep(2);
        long bytes = allocated(directory) - begin;
        return bytes / ((System.nanoTime() - beginNanos) / 1e9) / (1 << 20);
    }

    private static long allocated(Path directory) {
        if (!Files.exists(directory)) {
            return 0;
        }
        // Files are created and deleted at the same time, so the exit status is meaningless.
        CommandResult result = RunningCommand.run(
                List.of("du", "--summarize", "--block-size=1", directory.toString()), Map.of(), Duration.ofSeconds(20));
        return Long.parseLong(result.stdout().split("\t", 2)[0]);
    }

    private void assertSame(Path directory) {
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(donor.fingerprint(COMPARED));
        }
    }
}
