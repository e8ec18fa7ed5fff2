package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.disk.SystemCall;
import org.jclone.tests.files.FileSums;
import org.jclone.tests.files.LostWrites;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Workspace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any system call on a file of the target may fail. jclone reports the file and the reason, the directory does not
 * look complete, and the donor is released or waits. After the disk is repaired, the clone resumes and ends with the
 * right bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskFaultIT {

    private static final int FAULTS = Integer.getInteger("jclone.test.diskFaults", 4);

    /** If not negative, runs only this fault. */
    private static final int ONLY = Integer.getInteger("jclone.test.diskFault", -1);

    private static final long SEED = Long.getLong("jclone.test.seed", 5);
    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);
    private static final String SNAPSHOT_KEPT = "the donor keeps its snapshot";
    private static final String[] SLOWLY = {"--max-data-bandwidth=4"};
    private static final String[] FAST = {};
    private static final long PATIENCE_SECONDS = 20;
    private static final int MORE_THAN_OPEN = 300;

    private static final MadeData DATA = MadeData.builder(71)
            .bufferPoolDump(300)
            .systemTablespace(1 << 20)
            .undoTablespaces(1, 512 << 10)
            .table("t/a", 2 << 20)
            .compressedTable("t/b", 1 << 20)
            .zipTable("t/z", 4096, 512 << 10)
            .table("t/old", 256 << 10)
            .table("t/gone", 256 << 10)
            .modify("t/a", 1, 2, 70)
            .modify("t/b", 3, 9)
            .create(SnapshotState.FILE_COPY, "t/new")
            .rename(SnapshotState.FILE_COPY, "t/old", "t/renamed")
            .drop(SnapshotState.PAGE_COPY, "t/gone")
            .build();

    @TempDir
    static Path folder;

    private List<SystemCall> calls;
    private Map<String, Long> expected;

    @BeforeAll
    void record() throws Exception {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        Path target = Files.createDirectory(folder.resolve("reference")).resolve("target");
        Path log = folder.resolve("reference.log");
        try (DonorServer donor = donor()) {
            CommandResult clone = run(DiskFault.recorder(log), donor, target, SLOWLY);
            assertThat(clone.exitStatus()).as(clone.stderr()).isZero();
        }
        calls = DiskFault.recorded(log, target);
        expected = contents(target);
        assertThat(calls).extracting(SystemCall::name).contains("pwrite64", "fsync", "rename", "mkdir", "openat");
    }

    @Test
    void recoversFromAFailureOfAnyCall() throws Exception {
        Random random = new Random(SEED);
        Map<String, Integer> outcomes = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < Math.max(FAULTS, ONLY + 1); i++) {
            DiskFault fault = DiskFault.choose(calls, random);
            String[] options = random.nextInt(3) == 0 ? SLOWLY : FAST;
            if (ONLY >= 0 && ONLY != i) {
                continue;
            }
            Path parent = Files.createDirectory(folder.resolve("f" + i));
            try {
                outcomes.merge(meet(fault, parent, options), 1, Integer::sum);
            } catch (AssertionError e) {
                failures.add("fault " + i + " of seed " + SEED + ", " + fault + ": " + e.getMessage());
                System.out.println(failures.get(failures.size() - 1));
            }
            Workspace.delete(parent);
        }
        System.out.println("disk faults of seed " + SEED + ": " + outcomes);
        System.out.println(
                "reliability: system calls for files that fail | simulated | " + FAULTS + " | " + failures.size());
        assertThat(failures).isEmpty();
    }

    /**
     * A flush in FILE COPY fails, or the process dies in it. Everything that no earlier flush brought to disk is lost,
     * since Linux drops pages that it could not write. Only flushed data counts, so the rest is fetched again.
     */
    @ParameterizedTest
    @CsvSource({"error=EIO, 11", "signal=KILL, 137"})
    void countsOnlyWhatWasFlushed(String what, int exitStatus) throws Exception {
        Path target = Files.createDirectory(folder.resolve(what)).resolve("target");
        List<String> tool = DiskFault.injector(
                folder.resolve(what + ".log"), target.resolve("t/z.ibd"), "fdatasync", what + ":when=1+");
        try (DonorServer donor = donor()) {
            CommandResult first = run(tool, donor, target, "--max-data-bandwidth=1");
            assertThat(first.exitStatus()).as(first.stderr()).isEqualTo(exitStatus);
            assertThat(LostWrites.spoil(target)).as("blocks kept and lost").doesNotContain(0);

            CommandResult second = run(List.of(), donor, target, "--resume");

            assertThat(second.exitStatus()).as(second.stderr()).isZero();
            assertWhole(target);
        }
    }

    /**
     * The kernel fails to write cached data of a file that was closed because too many were open. Only a flush before
     * the close reports the error reliably. After it the journal must not record the data, so that {@code --resume}
     * fetches it again.
     */
    @ParameterizedTest
    @CsvSource({"ON, true", "OFF, false"})
    void losesNoErrorOfAClosedFile(String journal, boolean resumable) throws Exception {
        MadeDataBuilder builder = MadeData.builder(72).systemTablespace(256 << 10);
        for (int i = 0; i < MORE_THAN_OPEN; i++) {
            builder.table("t/n" + i, 112 << 10);
        }
        MadeData data = builder.build();
        Path target = Files.createDirectory(folder.resolve("closed-" + journal)).resolve("target");
        Path log = folder.resolve(journal + ".log");
        List<String> tool = DiskFault.injector(log, target.resolve("t/n3.ibd"), "fdatasync", "error=EIO:when=1");
        try (DonorServer donor = donor(data)) {
            CommandResult first = run(tool, donor, target, "--direct-io=OFF", "--journal=" + journal);
            Fetches.assertFailed(first, CloneErrorCode.STORAGE, "cannot flush " + target.resolve("t/n3.ibd"));
            Clones.assertNotUsable(target);
            if (resumable) {
                assertThat(LostWrites.spoil(target)).as("blocks kept and lost").isNotEmpty();
                CommandResult second = run(List.of(), donor, target, "--resume");
                assertThat(second.exitStatus()).as(second.stderr()).isZero();
                assertThat(new DirectoryCheck(target, 2).run().damages()).isEmpty();
            }
        }
    }

    /** The command that the warning names works even if the journal could not be created. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void startsOverIfTheJournalHasNoBeginning(int open) throws Exception {
        Path target = Files.createDirectory(folder.resolve("journal" + open)).resolve("target");
        List<String> tool = DiskFault.injector(
                folder.resolve("journal" + open + ".log"),
                target.resolve("#clone/#jclone_journal"),
                "openat",
                "error=EROFS:when=" + open + "+");
        try (DonorServer donor = donor()) {
            CommandResult first = run(tool, donor, target, FAST);
            Fetches.assertFailed(first, CloneErrorCode.STORAGE, "Read-only file system");
            CommandResult second = run(List.of(), donor, target, "--resume=auto");
            assertThat(second.exitStatus()).as(first.stderr() + second.stderr()).isZero();
            assertWhole(target);
        }
    }

    /** Returns the outcome. */
    private String meet(DiskFault fault, Path parent, String[] options) throws Exception {
        Path target = parent.resolve("target");
        Path log = folder.resolve(parent.getFileName() + ".log");
        try (DonorServer donor = donor()) {
            CommandResult first = run(fault.injector(log, target), donor, target, options);
            String outcome;
            if (!DiskFault.wasMade(log)) {
                assertThat(first.exitStatus()).as(first.stderr()).isZero();
                outcome = "not met";
            } else if (first.exitStatus() == 0) {
                outcome = "did no harm";
            } else {
                outcome = repair(fault, first, donor, target);
            }
            assertWhole(target);
            await(
                    () -> donor.clones() + donor.waitingClones() == 0,
                    outcome + ", the donor is free: " + first.stderr());
            assertThat(parent.toFile().list()).containsExactlyInAnyOrder("target", "target.cnf");
            return outcome;
        }
    }

    private String repair(DiskFault fault, CommandResult first, DonorServer donor, Path target) throws Exception {
        FailedFetch failed = FailedFetch.of(fault, first, target);
        await(() -> donor.connections() == 0, "the donor has no connections: " + first.stderr());
        assertThat(donor.waitingClones())
                .as("clones that the donor keeps: " + first.stderr())
                .isEqualTo(first.stderr().contains(SNAPSHOT_KEPT) ? 1 : 0);

        CommandResult second = run(List.of(), donor, target, failed.next());

        assertThat(second.exitStatus())
                .as("%s\nthen\n%s", first.stderr(), second.stderr())
                .isZero();
        return failed.outcome();
    }

    private static DonorServer donor() throws IOException {
        return donor(DATA);
    }

    private static DonorServer donor(MadeData data) throws IOException {
        return DonorServer.start(DonorConfig.builder(data).account(ACCOUNT).build());
    }

    private static CommandResult run(List<String> tool, DonorServer donor, Path target, String... options) {
        List<String> fetch = Fetches.fetch("127.0.0.1:" + donor.port(), ACCOUNT.user(), target, options);
        fetch.addAll(List.of("--ssl-mode=DISABLED", "--max-concurrency=2", "--autotune-concurrency=OFF"));
        return Jclone.runUnder(tool, ACCOUNT.password(), fetch);
    }

    private void assertWhole(Path target) throws Exception {
        assertThat(target.resolve("#clone/#status_in_progress")).doesNotExist();
        assertThat(contents(target)).isEqualTo(expected);
        VerificationReport report = new DirectoryCheck(target, 2).run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
    }

    /** Removes messages about files that could not be deleted, which is harmless. */
    private static Map<String, Long> contents(Path target) throws IOException {
        Map<String, Long> contents = FileSums.of(target);
        contents.keySet().removeAll(List.of("#clone/#jclone_journal", "#clone/#direct_io_probe"));
        return contents;
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() < deadline).as(what).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
