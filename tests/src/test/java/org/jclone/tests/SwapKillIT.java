package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.disk.DiskFault;
import org.jclone.tests.disk.KillPoint;
import org.jclone.tests.files.DirectoryCopy;
import org.jclone.tests.files.FileSums;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.Workspace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code fetch --replace} is killed before one of its changes to the disk in the exchange. The result is complete, or
 * marked so that a server refuses it, and the next run completes it without the donor. That run is killed before one
 * of its changes, too. {@code -Djclone.test.full=true} tries every change; by default {@code -Djclone.test.seed=}
 * selects some.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwapKillIT {

    private static final boolean ALL = Boolean.getBoolean("jclone.test.full");
    private static final long SEED = Long.getLong("jclone.test.seed", 5);
    private static final int SAMPLE = 2;
    private static final int KILLED = 128 + 9;
    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);

    /** Nothing listens there. */
    private static final String NOWHERE = "127.0.0.1:1";

    private static final MadeData OLD = MadeData.builder(81)
            .systemTablespace(512 << 10)
            .table("shop/a", 256 << 10)
            .table("only_old/b", 112 << 10)
            .build();

    private static final MadeData NEW = MadeData.builder(82)
            .systemTablespace(256 << 10)
            .undoTablespaces(1, 256 << 10)
            .table("shop/a", 112 << 10)
            .table("only_new/c", 112 << 10)
            .build();

    @TempDir
    static Path folder;

    private Path oldData;
    private Map<String, Long> old;

    @BeforeAll
    void makeOldData() throws Exception {
        Requirement.require(DiskFault.isPossible(), "strace is missing, or may not trace here");
        oldData = folder.resolve("old");
        try (DonorServer donor = donor(OLD)) {
            CommandResult clone = run(List.of(), address(donor), oldData);
            assertThat(clone.exitStatus()).as(clone.stderr()).isZero();
        }
        old = FileSums.of(oldData);
    }

    @ParameterizedTest
    @CsvSource({"--replace, remove", "--keep-old, keep"})
    void completesTheExchangeInTheNextRun(String option, String name) throws Exception {
        try (DonorServer donor = donor(NEW)) {
            Path reference = DirectoryCopy.make(oldData, folder.resolve(name));
            Path log = folder.resolve(name + ".log");
            CommandResult clone = run(KillPoint.recorder(log), address(donor), reference, "--replace", option);
            assertThat(clone.exitStatus()).as(clone.stderr()).isZero();
            Map<String, Long> fresh = FileSums.of(reference);
            List<KillPoint> points = KillPoint.since(reference.resolve(".jclone-swap.tmp"), log, reference);
            assertThat(points).extracting(KillPoint::call).contains("rename", "fsync", "unlink", "mkdir");

            int made = 0;
            Random random = new Random(SEED);
            for (KillPoint point : ALL
                    ? points
                    : random.ints(SAMPLE, 0, points.size())
                            .mapToObj(points::get)
                            .toList()) {
                Path target = DirectoryCopy.make(oldData, folder.resolve(name + made++));
                KillPoint here = point.movedTo(target, reference);
                CommandResult killed = run(here.killer(), address(donor), target, "--replace", option);
                assertThat(killed.exitStatus())
                        .as("%s: %s", here, killed.stderr())
                        .isEqualTo(KILLED);
                String killers = here.toString();
                if (ALL || made == 1 && name.equals("remove")) {
                    killers += " and " + killNext(target, folder.resolve(name + "-next"), fresh, random);
                }
                assertRecovers(killers, target, fresh, name.equals("keep"));
                Workspace.delete(target);
            }
            System.out.println("reliability: kill -9 before each change of the disk in the exchange (" + option
                    + "), and again in the run that finishes it; then the next run | simulated | " + made + " | 0");
        }
    }

    /** Kills the run that cleans up before a random change of the disk. Returns the change. */
    private KillPoint killNext(Path target, Path copy, Map<String, Long> fresh, Random random) throws Exception {
        DirectoryCopy.make(target, copy);
        Path log = folder.resolve(copy.getFileName() + ".log");
        assertThat(run(KillPoint.recorder(log), NOWHERE, copy, "--replace").exitStatus())
                .isNotZero();
        List<KillPoint> points = KillPoint.since(copy.resolve(".jclone-lock"), log, copy);
        KillPoint second = points.get(random.nextInt(points.size())).movedTo(target, copy);
        Workspace.delete(copy);
        boolean begun = isBegun(target, fresh);

        CommandResult killed = run(second.killer(), NOWHERE, target, "--replace");

        assertThat(killed.exitStatus()).as("%s: %s", second, killed.stderr()).isEqualTo(KILLED);
        assertThat(isBegun(target, fresh)).as("begun after %s", second).isEqualTo(begun);
        return second;
    }

    /** Returns whether the new data is in place. Unfinished data must not look complete. */
    private boolean isBegun(Path target, Map<String, Long> fresh) throws Exception {
        Map<String, Long> left = FileSums.of(target);
        boolean marked = Files.exists(target.resolve("#clone/#status_in_progress"));
        if (!marked) {
            assertThat(left).isIn(old, fresh);
        }
        return Files.exists(target.resolve(".jclone-swap")) || left.equals(fresh) && !marked;
    }

    private void assertRecovers(String killed, Path target, Map<String, Long> fresh, boolean keep) throws Exception {
        boolean begun = isBegun(target, fresh);

        CommandResult next = run(List.of(), NOWHERE, target, "--replace");

        CloneErrorCode end = begun && keep ? CloneErrorCode.TARGET_NOT_USABLE : CloneErrorCode.CONNECT_FAILED;
        Fetches.assertFailed(next, end, begun && keep ? "older data in .jclone-old" : "1");
        assertThat(target.resolve("#clone/#status_in_progress")).doesNotExist();
        assertThat(FileSums.of(target)).as("after %s", killed).isEqualTo(begun ? fresh : old);
        assertThat(target.resolve(".jclone-swap")).doesNotExist();
        assertThat(target.resolve(".jclone-new")).doesNotExist();
        if (begun && keep) {
            assertThat(FileSums.of(target.resolve(".jclone-old"))).as("kept").isEqualTo(old);
        } else {
            assertThat(target.resolve(".jclone-old")).doesNotExist();
        }
    }

    private static DonorServer donor(MadeData data) throws IOException {
        return DonorServer.start(DonorConfig.builder(data).account(ACCOUNT).build());
    }

    private static String address(DonorServer donor) {
        return "127.0.0.1:" + donor.port();
    }

    private static CommandResult run(List<String> tool, String donor, Path target, String... options) {
        List<String> fetch = Fetches.fetch(donor, ACCOUNT.user(), target, options);
        fetch.addAll(List.of("--ssl-mode=DISABLED", "--max-concurrency=1", "--autotune-concurrency=OFF"));
        return Jclone.runUnder(tool, ACCOUNT.password(), fetch);
    }
}
