package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unfinished clone shares its directory with files of others: the {@code lost+found} of a mount, which only root may
 * read, an operator's notes, and files of a server that refused to start. They do not stop the clone, and are not
 * deleted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnfinishedPlaceIT {

    private static final int KILLED = 128 + 9;
    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);

    private static final MadeData DATA = MadeData.builder(91)
            .systemTablespace(512 << 10)
            .undoTablespaces(1, 256 << 10)
            .table("shop/a", 1 << 20)
            .table("shop/b", 1 << 20)
            .build();

    /** Drops root's privilege to read everything; other users do not have it. */
    private static final List<String> WITHOUT_PRIVILEGES =
            List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

    @TempDir
    static Path folder;

    private Path target;

    @BeforeEach
    void choosePlace(TestInfo test) {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        target = folder.resolve(test.getTestMethod().orElseThrow().getName()).resolve("data");
    }

    @Test
    void resumesBesideUnreadableFiles() throws Exception {
        try (DonorServer donor = donor()) {
            leaveUnfinishedClone(donor);
            Path lost = addWhatIsNotOurs();

            CommandResult resumed = runUnprivileged(donor, "--resume");

            assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
            assertNothingOfOthersIsGone(lost);
            CommandResult verified = underTool(unprivileged(), List.of("verify", target.toString()));
            assertThat(verified.exitStatus()).as(verified.stderr()).isZero();
            Files.delete(
                    target.resolve("#clone/jclone-manifest.json")); // without a manifest, verify searches for the files
            verified = underTool(unprivileged(), List.of("verify", target.toString()));
            assertThat(verified.exitStatus()).as(verified.stderr()).isZero();
            assertThat(verified.stdout() + verified.stderr()).contains("4 files");

            CommandResult replaced = runUnprivileged(donor, "--replace");
            assertThat(replaced.exitStatus()).as(replaced.stderr()).isZero();
            assertThat(lost).isDirectory();
            assertThat(target.resolve("notes.txt")).as("replaced with the rest").doesNotExist();
        }
    }

    /** The donor no longer waits for the clone, so the clone starts over, beside the files of others. */
    @Test
    void startsOverBesideFilesOfOthers() throws Exception {
        try (DonorServer donor = donor()) {
            leaveUnfinishedClone(donor);
        }
        Path lost = addWhatIsNotOurs();
        Files.setLastModifiedTime(
                CloneFolder.in(target).journal(), FileTime.from(Instant.now().minus(Duration.ofMinutes(7))));
        try (DonorServer donor = donor()) {
            CommandResult begun = runUnprivileged(donor, "--resume=auto");

            assertThat(begun.exitStatus()).as(begun.stderr()).isZero();
            assertThat(begun.stderr())
                    .contains("is not empty: it holds auto.cnf and 2 more", "Files that no clone creates");
            assertNothingOfOthersIsGone(lost);
        }
    }

    /** A fault of the target before the clone resumes does not release the snapshot. */
    @Test
    void keepsTheSnapshotIfTheTargetCannotBeOpened() throws Exception {
        try (DonorServer donor = donor()) {
            leaveUnfinishedClone(donor);
            Path file = target.resolve("shop/a.ibd");
            Path aside = Files.move(file, target.resolveSibling("a.ibd"));
            Files.createDirectory(file);

            CommandResult failed = run(List.of(), donor, "--resume");

            Fetches.assertFailed(
                    failed, CloneErrorCode.TARGET_NOT_USABLE, "is in the way", "the donor keeps its snapshot until");
            awaitWaiting(donor);
            Files.delete(file);
            Files.move(aside, file);
            CommandResult resumed = run(List.of(), donor, "--resume");
            assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
        }
    }

    private void leaveUnfinishedClone(DonorServer donor) throws Exception {
        Files.createDirectories(target.getParent());
        List<String> killer = DiskFault.injector(
                folder.resolve("kill.log"), target.resolve("shop/a.ibd"), "fdatasync", "signal=KILL:when=1+");
        CommandResult killed = run(killer, donor, "--max-data-bandwidth=1");
        assertThat(killed.exitStatus()).as(killed.stderr()).isEqualTo(KILLED);
        assertThat(target.resolve("#clone/#jclone_journal")).exists();
    }

    /** Returns the unreadable directory. */
    private Path addWhatIsNotOurs() throws IOException {
        Path lost = Files.createDirectory(target.resolve("lost+found"));
        Files.writeString(lost.resolve("#12"), "found");
        Files.setPosixFilePermissions(lost, PosixFilePermissions.fromString("---------"));
        Files.writeString(target.resolve("notes.txt"), "an operator's");
        Files.writeString(target.resolve("shop/README"), "an operator's");
        Files.writeString(target.resolve("auto.cnf"), "[auto]");
        // Created before the machine crashed, and not in the journal:
        Files.writeString(target.resolve("shop/unknown.ibd"), "a clone's");
        Files.writeString(target.resolve("shop/b.ibd.#clone_ddl"), "a clone's");
        return lost;
    }

    private void assertNothingOfOthersIsGone(Path lost) throws IOException {
        assertThat(lost).isDirectory();
        assertThat(target.resolve("notes.txt")).hasContent("an operator's");
        assertThat(target.resolve("shop/README")).hasContent("an operator's");
        assertThat(target.resolve("auto.cnf")).hasContent("[auto]");
        try (Stream<Path> files = Files.list(target.resolve("shop"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("a.ibd", "b.ibd", "README");
        }
        assertThat(target.resolve("#clone/#status_in_progress")).doesNotExist();
    }

    private static void awaitWaiting(DonorServer donor) throws InterruptedException {
        long deadline = System.nanoTime() + Fetches.TIMEOUT.toNanos();
        while (donor.waitingClones() != 1) {
            assertThat(System.nanoTime() < deadline).as("the donor waits").isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static DonorServer donor() throws IOException {
        return DonorServer.start(DonorConfig.builder(DATA).account(ACCOUNT).build());
    }

    private CommandResult runUnprivileged(DonorServer donor, String... options) {
        return run(unprivileged(), donor, options);
    }

    private static List<String> unprivileged() {
        return "root".equals(System.getProperty("user.name")) ? WITHOUT_PRIVILEGES : List.of();
    }

    private CommandResult run(List<String> tool, DonorServer donor, String... options) {
        List<String> fetch = Fetches.fetch("127.0.0.1:" + donor.port(), ACCOUNT.user(), target, options);
        fetch.addAll(List.of("--ssl-mode=DISABLED", "--max-concurrency=1", "--autotune-concurrency=OFF"));
        return underTool(tool, fetch);
    }

    private static CommandResult underTool(List<String> tool, List<String> arguments) {
        return Jclone.runUnder(tool, ACCOUNT.password(), arguments);
    }
}
