package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.jclone.tests.Fetches.TIMEOUT;
import static org.jclone.tests.Fetches.address;
import static org.jclone.tests.Fetches.assertFailed;
import static org.jclone.tests.Fetches.fetchFrom;
import static org.jclone.tests.Fetches.startUnderWay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.tests.files.SmallFileSystem;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A clone that is interrupted during the copy reports why, leaves no directory that looks complete, and frees the
 * donor for the next clone.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptionIT {

    /** FILE COPY has surely begun by then. */
    private static final long UNDER_WAY_BYTES = 8 << 20;

    private final Servers servers;
    private final MySqlServer donor;

    InterruptionIT(Servers servers) {
        this.servers = servers;
        this.donor = servers.plainDonor();
    }

    @Test
    void reportsADonorThatServesAnotherClone() throws Exception {
        try (RunningCommand first = startUnderWay(donor, servers.newPath("c"))) {
            Path directory = servers.newPath("c");
            assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.DONOR_BUSY, "3634", "clone");
            Clones.assertNotUsable(directory);
            assertThat(first.await(TIMEOUT).exitStatus()).isZero();
        }
    }

    /** 130 means Ctrl-C. {@link SignalIT} has SIGTERM. */
    @Test
    void reportsASignalOfTheUser() throws Exception {
        Path directory = servers.newPath("c");
        try (RunningCommand running = startUnderWay(donor, directory)) {
            running.signal("INT");
            assertFailed(running.await(TIMEOUT), 128 + 2, "stopped", "unfinished");
        }
        assertRefusedByMysqld(directory);
        Clones.assertFree(donor, servers);
    }

    @Test
    void leavesNoUsableDirectoryWhenKilled() throws Exception {
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
    void reportsAKilledDonor() throws Exception {
        try (MySqlServer victim = servers.create()) {
            Path directory = servers.newPath("c");
            try (RunningCommand running = startUnderWay(victim, directory, "--reconnect-timeout=3")) {
                victim.kill();
                assertFailed(running.await(TIMEOUT), CloneErrorCode.CONNECTION_LOST, address(victim));
            }
            assertRefusedByMysqld(directory);
            victim.start();
            assertFailed(
                    fetchFrom(victim.port(), directory, "--resume"),
                    CloneErrorCode.SNAPSHOT_GONE,
                    "was restarted",
                    "--resume=auto");
            assertRefusedByMysqld(directory);
            CommandResult again = fetchFrom(victim.port(), directory, "--resume=auto");
            assertThat(again.exitStatus()).as(again.stderr()).isZero();
            assertThat(again.stderr()).contains("a new clone starts");
        }
    }

    /**
     * A donor numbers its clones from 1 after each start, so only the time of its start shows that the snapshot is
     * lost.
     */
    @Test
    void reportsADonorThatRestarted() throws Exception {
        try (MySqlServer victim = servers.create()) {
            Path directory = servers.newPath("c");
            victim.sql("SELECT SLEEP(4)"); // start times less than 2 s apart count as the same, because clocks are
            // adjusted
            try (RunningCommand running = startUnderWay(victim, directory)) {
                victim.kill();
                victim.start();
                assertFailed(running.await(TIMEOUT), CloneErrorCode.SNAPSHOT_GONE, "was restarted", "--resume=auto");
            }
            assertRefusedByMysqld(directory);
            Clones.assertFree(victim, servers);
        }
    }

    /** Setting the clock does not look like a restart: the donor reports the time that it recorded at startup. */
    @Test
    void doesNotTakeAnAdjustedClockForARestart() {
        String start = "SELECT @@server_uuid, UNIX_TIMESTAMP() - CAST(variable_value AS SIGNED)"
                + " FROM performance_schema.global_status WHERE variable_name = 'Uptime'";
        String now = donor.sql(start);
        assertThat(donor.sql("SELECT SLEEP(1.5)")).isEqualTo("0");
        assertThat(donor.sql(start)).isEqualTo(now);
        assertThat(donor.sql("SET timestamp = UNIX_TIMESTAMP() + 100000; " + start))
                .isEqualTo(now);
    }

    @Test
    void reportsCutConnections() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            proxy.cutAfter(UNDER_WAY_BYTES);
            Path directory = servers.newPath("c");
            assertFailed(
                    fetchFrom(proxy.port(), directory, "--reconnect-timeout=3"),
                    CloneErrorCode.CONNECTION_LOST,
                    "127.0.0.1:" + proxy.port());
            Clones.assertNotUsable(directory);
        }
        Clones.assertFreeSoon(donor, servers);
    }

    @Test
    void reportsSilentConnections() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            proxy.stallAfter(UNDER_WAY_BYTES);
            Path directory = servers.newPath("c");
            CloneRequest request = Clones.request(donor, directory)
                    .donor(new DonorAddress("127.0.0.1", proxy.port()))
                    .interruptions(
                            it -> it.withReadTimeout(Duration.ofSeconds(3)).withReconnectTimeout(Duration.ZERO))
                    .build();
            CloneRecipient recipient = new CloneRecipient(request, CloneListener.NONE);
            assertThat(catchThrowableOfType(CloneException.class, recipient::run))
                    .hasMessageContaining("127.0.0.1:" + proxy.port())
                    .hasFieldOrPropertyWithValue("code", CloneErrorCode.CONNECTION_LOST);
            Clones.assertNotUsable(directory);
        }
        Clones.assertFreeSoon(donor, servers);
    }

    @Test
    void reportsADiskThatIsTooSmall() throws Exception {
        try (SmallFileSystem disk = mount(64)) {
            Path directory = disk.path().resolve("c");
            assertFailed(fetchFrom(donor.port(), directory), CloneErrorCode.DISK_FULL, directory.toString());
            Clones.assertNotUsable(directory);
        }
        Clones.assertFree(donor, servers);
    }

    @Test
    void reportsADiskThatFillsUpDuringTheClone() throws Exception {
        try (SmallFileSystem disk = mount(320)) {
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

    private void assertRefusedByMysqld(Path directory) throws IOException {
        Clones.assertNotUsable(directory);
        assertThatThrownBy(() -> servers.create("--data", directory.toString()))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining("did not start");
    }
}
