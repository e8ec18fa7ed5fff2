package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.verify.DirectoryCheck;
import org.jclone.tests.files.DirectoryCopy;
import org.jclone.tests.files.FileSums;
import org.jclone.tests.process.AddKey;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Workspace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several processes begin at once. Of those that clone into one directory, one succeeds; the others say so and change
 * nothing. Of those that add keys to one keyring, all succeed. {@code -Djclone.test.rounds=} sets how often, {@code
 * -Djclone.test.seed=} how many.
 */
class SimultaneousIT {

    private static final int ROUNDS = Integer.getInteger("jclone.test.rounds", 1);
    private static final long SEED = Long.getLong("jclone.test.seed", 5);
    private static final boolean FULL = Boolean.getBoolean("jclone.test.full");
    private static final int MOST = FULL ? 8 : 3;
    private static final Account ACCOUNT =
            new Account("clone_user", "a secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true);

    private static final MadeData OLD = MadeData.builder(91)
            .systemTablespace(256 << 10)
            .table("shop/old", 112 << 10)
            .build();

    private static final MadeData DATA = MadeData.builder(92)
            .systemTablespace(1 << 20)
            .table("shop/a", 2 << 20)
            .modify("shop/a", 1, 2, 70)
            .build();

    private enum Target {
        MISSING(""),
        EMPTY("--direct-io=OFF"),
        NOTHING_BEGUN("--resume=auto"),
        BARELY_BEGUN("--resume=auto"),
        UNFINISHED("--resume"),
        REPLACED("--replace"),
        DROPPED("--replace=drop-first");

        private final String option;

        Target(String option) {
            this.option = option;
        }
    }

    @TempDir
    static Path folder;

    private static Path reference;
    private static Path old;

    @BeforeAll
    static void cloneEachAlone() throws IOException {
        reference = folder.resolve("reference");
        old = folder.resolve("old");
        try (DonorServer donor = donor(DATA, FaultScript.NONE);
                DonorServer before = donor(OLD, FaultScript.NONE)) {
            assertThat(clone(donor, reference).exitStatus()).isZero();
            assertThat(clone(before, old).exitStatus()).isZero();
        }
    }

    static List<Target> targets() {
        return FULL ? List.of(Target.values()) : List.of(Target.BARELY_BEGUN, Target.UNFINISHED, Target.REPLACED);
    }

    static List<Target> targetsAtAnyMoment() {
        return FULL
                ? List.of(Target.MISSING, Target.NOTHING_BEGUN, Target.REPLACED)
                : List.of(Target.MISSING, Target.REPLACED);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void oneOfManyProcessesClones(Target kind) throws Exception {
        Random random = new Random(SEED + kind.ordinal());
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int count = 2 + random.nextInt(MOST - 1);
            Path target =
                    Files.createDirectory(folder.resolve(kind.name() + round)).resolve("target");
            CountDownLatch othersEnded = new CountDownLatch(1);
            try (DonorServer donor = donor(DATA, untilReleased(othersEnded))) {
                prepare(kind, donor, target);
                refused += race(kind, donor, count, target, othersEnded);
            }
            assertWhole(target);
            Workspace.delete(target.getParent());
        }
        System.out.println("reliability: processes that begin at once in one directory (" + kind
                + "), and are refused | simulated | " + refused + " | 0");
    }

    private static void assertWhole(Path target) throws Exception {
        assertThat(FileSums.of(target)).isEqualTo(FileSums.of(reference));
        VerificationReport report = new DirectoryCheck(target, 2).run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
        assertThat(target.getParent().toFile().list()).containsExactlyInAnyOrder("target", "target.cnf");
        assertThat(target.toFile().list()).doesNotContain(".jclone-lock");
    }

    /**
     * A second clone begins at any moment of the first, including its end. It is refused, or replaces the result of the
     * first.
     */
    @ParameterizedTest
    @MethodSource("targetsAtAnyMoment")
    void aSecondCloneIsRefusedOrReplacesTheFirst(Target kind) throws Exception {
        Random random = new Random(SEED + kind.ordinal());
        for (int round = 0; round < ROUNDS; round++) {
            Path target = Files.createDirectory(folder.resolve(kind.name() + "-" + round))
                    .resolve("target");
            int whole = 0;
            List<RunningCommand> running = new ArrayList<>();
            try (DonorServer donor = donor(DATA, FaultScript.NONE)) {
                prepare(kind, donor, target);
                for (int i = 0; i < MOST; i++) {
                    running.add(start(kind, donor, target));
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(700));
                }
                for (RunningCommand command : running) {
                    CommandResult end = command.await(Fetches.TIMEOUT);
                    if (end.exitStatus() == 0) {
                        whole++;
                    } else {
                        Fetches.assertFailed(end, CloneErrorCode.TARGET_NOT_USABLE, target.toString());
                    }
                }
            } finally {
                running.forEach(RunningCommand::close);
            }
            assertThat(whole).isBetween(1, kind == Target.REPLACED ? MOST : 1);
            assertWhole(target);
            Workspace.delete(target.getParent());
        }
    }

    private static RunningCommand start(Target kind, DonorServer donor, Path target) {
        String[] options = kind.option.isEmpty() ? new String[0] : new String[] {kind.option};
        return Jclone.start(ACCOUNT.password(), fetch(donor, target, options));
    }

    /** Holds the winning clone before PAGE COPY until the others have ended. */
    private static FaultScript untilReleased(CountDownLatch othersEnded) {
        return FaultScript.of(Fault.on(main())
                .at(Moment.data(SnapshotState.PAGE_COPY))
                .then(Action.call("the others end", () -> {
                    try {
                        othersEnded.await(Fetches.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })));
    }

    private static void prepare(Target kind, DonorServer donor, Path target) throws Exception {
        switch (kind) {
            case MISSING -> assertThat(target).doesNotExist();
            case EMPTY, NOTHING_BEGUN -> Files.createDirectory(target);
            case BARELY_BEGUN -> {
                Files.createDirectories(target.resolve("#clone"));
                Files.createFile(target.resolve("#clone/#status_in_progress"));
                Files.createFile(target.resolve(".jclone-lock"));
            }
            case UNFINISHED -> leaveUnfinished(donor, target);
            case REPLACED, DROPPED -> DirectoryCopy.make(old, target);
        }
    }

    private static void leaveUnfinished(DonorServer donor, Path target) throws Exception {
        try (RunningCommand running =
                Jclone.start(ACCOUNT.password(), fetch(donor, target, "--max-data-bandwidth=1"))) {
            long deadline = System.nanoTime() + Fetches.TIMEOUT.toNanos();
            while (!Files.exists(target.resolve("shop/a.ibd"))) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            running.signal("KILL");
            running.await(Fetches.TIMEOUT);
        }
        assertThat(target.resolve("#clone/#status_in_progress")).exists();
    }

    /** Returns the number of refused processes. */
    private static int race(Target kind, DonorServer donor, int count, Path target, CountDownLatch othersEnded)
            throws Exception {
        Map<String, Long> replaced = kind == Target.REPLACED ? FileSums.of(target) : Map.of();
        ExecutorService pool = Executors.newFixedThreadPool(count);
        List<RunningCommand> running = new ArrayList<>();
        try {
            CompletionService<CommandResult> ends = new ExecutorCompletionService<>(pool);
            for (int i = 0; i < count; i++) {
                RunningCommand started = start(kind, donor, target);
                running.add(started);
                ends.submit(() -> started.await(Fetches.TIMEOUT));
            }
            for (int i = 1; i < count; i++) {
                Fetches.assertFailed(
                        ends.take().get(),
                        CloneErrorCode.TARGET_NOT_USABLE,
                        target + " is being cloned into by another jclone");
            }
            if (kind == Target.REPLACED) {
                assertThat(FileSums.of(target)).containsAllEntriesOf(replaced);
            }
            othersEnded.countDown();
            CommandResult winner = ends.take().get();
            assertThat(winner.exitStatus()).as(winner.stderr()).isZero();
            return count - 1;
        } finally {
            othersEnded.countDown();
            running.forEach(RunningCommand::close);
            pool.shutdownNow();
        }
    }

    @Test
    void keepsTheKeyOfEachProcess() throws Exception {
        int count = MOST;
        for (int round = 0; round < ROUNDS; round++) {
            Path keyring = Files.createDirectory(folder.resolve("k" + round)).resolve("keyring");
            List<RunningCommand> running = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    running.add(RunningCommand.start(AddKey.command(keyring, uuid(i)), Map.of()));
                }
                for (RunningCommand adding : running) {
                    CommandResult end = adding.await(Fetches.TIMEOUT);
                    assertThat(end.exitStatus()).as(end.stderr()).isZero();
                }
            } finally {
                running.forEach(RunningCommand::close);
            }
            try (Keyring keys = Keyring.decode(Files.readAllBytes(keyring))) {
                for (int i = 0; i < count; i++) {
                    assertThat(keys.masterKey(new MasterKeyName(uuid(i), 1)))
                            .as("key %d", i)
                            .isPresent();
                }
            }
            assertThat(keyring.getParent().toFile().list()).containsExactly("keyring");
        }
    }

    private static String uuid(int number) {
        return "11111111-1111-1111-1111-11111111111" + number;
    }

    private static DonorServer donor(MadeData data, FaultScript faults) throws IOException {
        return DonorServer.start(
                DonorConfig.builder(data).account(ACCOUNT).faults(faults).build());
    }

    private static CommandResult clone(DonorServer donor, Path target) {
        return Jclone.run(ACCOUNT.password(), fetch(donor, target));
    }

    private static List<String> fetch(DonorServer donor, Path target, String... options) {
        List<String> fetch = Fetches.fetch("127.0.0.1:" + donor.port(), ACCOUNT.user(), target, options);
        fetch.addAll(List.of("--ssl-mode=DISABLED", "--max-concurrency=1", "--autotune-concurrency=OFF"));
        return fetch;
    }
}
