package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.files.SmallFileSystem;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A real file system becomes full or read-only again and again while a clone runs and clients write to the donor. Each
 * time jclone reports where, why and what to do next. Once there is space, {@code --resume} continues the clone, and a
 * server starts on the result.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskTroubleIT {

    private static final boolean FULL = Boolean.getBoolean("jclone.test.full");
    private static final int ROOMY = 1024;

    /** The usage at which the trouble begins; the donor has some hundred MiB. */
    private static final int[] FULL_AT = FULL ? new int[] {3, 10, 20, 30, 40, 50, 60, 70, 80} : new int[] {6, 40};

    private static final int[] READ_ONLY_AT = FULL ? FULL_AT : new int[] {25};

    private static final String[] SLOWLY = {"--max-data-bandwidth=25"};
    private static final String[] RESUMING = {"--max-data-bandwidth=25", "--resume"};
    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    private final Servers servers;
    private final MySqlServer donor;
    private final String expected;

    DiskTroubleIT(Servers servers) {
        this.servers = servers;
        donor = servers.tablesDonor();
        expected = donor.fingerprint(COMPARED);
    }

    private interface Trouble {
        void make() throws IOException;
    }

    @Test
    void resumesAfterAFullFileSystem() throws Exception {
        try (SmallFileSystem disk = require(SmallFileSystem.mount(servers.newPath("m"), ROOMY))) {
            Path directory = disk.path().resolve("c");
            Churn.during(donor, () -> {
                String[] options = SLOWLY;
                for (int used : FULL_AT) {
                    CommandResult failed = meet(disk, directory, used, disk::shrink, options);
                    Fetches.assertFailed(failed, CloneErrorCode.DISK_FULL, "No space left on device", "Free space");
                    assertResumable(failed, directory);
                    disk.resize(ROOMY);
                    options = RESUMING;
                }
                return finish(directory);
            });
            assertWhole(directory);
            print("file systems that become full under load; room made, resumed, started and compared", FULL_AT);
        }
    }

    /** Unflushed data is lost with the old mount, though the machine keeps running. */
    @Test
    void resumesAfterAReadOnlyFileSystem() throws Exception {
        Path image = servers.newPath("i");
        try (SmallFileSystem disk = require(SmallFileSystem.mountImage(image, servers.newPath("m"), ROOMY))) {
            Path directory = disk.path().resolve("c");
            Churn.during(donor, () -> {
                String[] options = SLOWLY;
                for (int used : READ_ONLY_AT) {
                    CommandResult failed = meet(disk, directory, used, disk::breakDown, options);
                    // A flush that is under way when the file system breaks down fails with EIO.
                    boolean flushed = failed.stderr().contains("Input/output error");
                    Fetches.assertFailed(
                            failed,
                            CloneErrorCode.STORAGE,
                            flushed ? "Input/output error" : "Read-only file system",
                            flushed ? "dmesg" : "findmnt");
                    disk.mountAgain();
                    assertResumable(failed, directory);
                    options = RESUMING;
                }
                return finish(directory);
            });
            assertWhole(directory);
            print(
                    "file systems that turn read-only under load; mounted again, resumed, started and compared",
                    READ_ONLY_AT);
        }
    }

    private static void print(String what, int[] times) {
        System.out.println("reliability: " + what + " | mysqld | " + times.length + " | 0");
    }

    private static SmallFileSystem require(Optional<SmallFileSystem> mounted) {
        Requirement.require(mounted.isPresent(), "only root may mount a small file system, and not everywhere");
        return mounted.orElseThrow();
    }

    /** Runs a clone for which the trouble begins once that many MiB are used. */
    private CommandResult meet(SmallFileSystem disk, Path directory, int used, Trouble trouble, String... options)
            throws Exception {
        String address = Fetches.address(donor);
        try (RunningCommand running = Jclone.start(
                MySqlServer.CLONE_PASSWORD, Fetches.fetch(address, MySqlServer.CLONE_USER, directory, options))) {
            long deadline = System.nanoTime() + Fetches.TIMEOUT.toNanos();
            while (disk.usedMebibytes() < used) {
                assertThat(System.nanoTime() < deadline).as("%d MiB used", used).isTrue();
                TimeUnit.MILLISECONDS.sleep(5);
            }
            trouble.make();
            return running.await(Fetches.TIMEOUT);
        }
    }

    private static void assertResumable(CommandResult failed, Path directory) throws IOException {
        assertThat(failed.stderr())
                .contains(directory.toString(), "the donor keeps its snapshot", "The same command with --resume");
        Clones.assertNotUsable(directory);
    }

    private CommandResult finish(Path directory) {
        CommandResult resumed = Fetches.fetchFrom(donor.port(), directory, "--resume");
        assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
        return resumed;
    }

    private void assertWhole(Path directory) throws Exception {
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(clone.check()).startsWith("checked");
            assertThat(Churn.state(clone).bad()).isZero();
        }
    }
}
