package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.ResumeMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process with SIGKILL at seeded random moments, and resumes in another one. Use {@code -Djclone.test.kills=}
 * and {@code -Djclone.test.seed=} for more kills.
 */
class OwnDeathTest {

    private static final int KILLS = Integer.getInteger("jclone.test.kills", 2);
    private static final long SEED = Long.getLong("jclone.test.seed", 5);

    /** A clone spends most of this time waiting for its bandwidth limit. */
    private static final int AT_A_TIME = 3;

    /** A new process starts slowly on a busy machine. */
    private static final Duration PROCESS_PATIENCE = CloneRig.PATIENCE.multipliedBy(2);

    private static final MadeData DATA = MadeData.builder(12)
            .systemTablespace(1 << 20)
            .table("t/a", 6 << 20)
            .table("t/b", 3 << 20)
            .modify("t/a", 1, 2, 70)
            .modify("t/b", 5)
            .build();

    @TempDir
    Path folder;

    /** Every third process that resumes is killed too. */
    @Test
    void killedAndResumed() throws Exception {
        AtomicInteger killed = new AtomicInteger();
        Random random = new Random(SEED);
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Callable<Void>> attempts = new ArrayList<>();
            for (int i = 0; i < KILLS; i++) {
                Path parent = Files.createDirectory(folder.resolve("k" + i));
                int first = random.nextInt(1500);
                int second = i % 3 == 2 ? random.nextInt(1500) : -1;
                attempts.add(() -> {
                    killed.addAndGet(killAndResume(parent, first, second));
                    return null;
                });
            }
            for (Future<Void> attempt : pool.invokeAll(attempts)) {
                attempt.get();
            }
        } finally {
            pool.shutdownNow();
        }
        Figures.print("kill -9 at random moments, some again while resuming, seed " + SEED, killed.get());
        assertThat(killed.get()).isPositive();
    }

    /** Returns how many processes were killed before the clone was complete. */
    private static int killAndResume(Path parent, int pauseMillis, int secondPauseMillis) throws Exception {
        int killed = 1;
        CountDownLatch dead = new CountDownLatch(1);
        try (CloneRig rig = CloneRig.of(parent, DATA, holdUntil(dead))) {
            Process process = start(rig, ResumeMode.NEVER, 8);
            awaitFile(process, rig.target().resolve("ibdata1"));
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
            process.destroyForcibly().waitFor();
            dead.countDown();
            assertThat(isUnfinished(rig)).isTrue();
            if (secondPauseMillis >= 0) {
                killWhileResuming(rig, secondPauseMillis);
            }
            if (isUnfinished(rig)) { // the second may have finished before the kill
                killed += secondPauseMillis >= 0 ? 1 : 0;
                assertResumes(rig);
            }
            FinalState.assertIdentical(DATA, rig.target());
        }
        FinalState.filesBelow(parent)
                .forEach(name -> parent.resolve(name).toFile().delete());
        return killed;
    }

    /** Holds the clone before its end, however slow the test is. */
    private static FaultScript holdUntil(CountDownLatch dead) {
        return holdUntil(dead, new CountDownLatch(1));
    }

    private static FaultScript holdUntil(CountDownLatch dead, CountDownLatch held) {
        return FaultScript.of(Fault.on(main())
                .at(Moment.stateStart(SnapshotState.REDO_COPY))
                .then(Action.call("wait for the kill", () -> {
                    held.countDown();
                    try {
                        dead.await(PROCESS_PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })));
    }

    private static void killWhileResuming(CloneRig rig, int pauseMillis) throws Exception {
        File journal = rig.target().resolve("#clone/#jclone_journal").toFile();
        long before = journal.length();
        Process process = start(rig, ResumeMode.REQUIRED, 8);
        while (journal.length() == before && process.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        process.waitFor(pauseMillis, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
    }

    private static boolean isUnfinished(CloneRig rig) {
        return Files.exists(rig.target().resolve("#clone/#status_in_progress"));
    }

    @Test
    void refusesAnUnfinishedCloneWithAHint() throws Exception {
        CountDownLatch dead = new CountDownLatch(1);
        try (CloneRig rig = CloneRig.of(folder, DATA, holdUntil(dead))) {
            Process first = start(rig, ResumeMode.NEVER, 0);
            awaitFile(first, rig.target().resolve("ibdata1"));
            CloneException busy = rig.with(request -> request.interruptions(it -> it.withResume(ResumeMode.REQUIRED)))
                    .refused();
            assertThat(busy).hasMessageContaining("another jclone");
            first.destroyForcibly().waitFor();
            dead.countDown();

            CloneException refused = rig.with(request -> request.interruptions(it -> it.withResume(ResumeMode.NEVER)))
                    .refused();
            assertThat(refused.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
            assertThat(refused.hint()).contains("--resume");
        }
    }

    /** Another donor at the same address does not have the snapshot; the first may have it as long as it waits. */
    @Test
    void neverAttachesToAnotherServer() throws Exception {
        Path target;
        CountDownLatch dead = new CountDownLatch(1);
        CountDownLatch inRedoCopy = new CountDownLatch(1);
        try (CloneRig rig = CloneRig.of(folder, DATA, holdUntil(dead, inRedoCopy))) {
            target = rig.target();
            Process first = start(rig, ResumeMode.NEVER, 0);
            assertThat(inRedoCopy.await(PROCESS_PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            first.destroyForcibly().waitFor();
            dead.countDown();
        }
        try (CloneRig other = CloneRig.of(folder, DATA)) {
            for (ResumeMode mode : List.of(ResumeMode.REQUIRED, ResumeMode.AUTO)) {
                CloneException refused = other.again(mode).refused();
                assertThat(refused.code()).as("%s", refused).isEqualTo(CloneErrorCode.CONNECT_FAILED);
                assertThat(refused).hasMessageContaining("is not the server that the clone began with");
                assertThat(target.resolve(CloneRig.IN_PROGRESS)).exists();
            }
            assertThat(target.resolve("ibdata1"))
                    .as("the donor may still have the snapshot")
                    .exists();
            other.letTheDonorGiveUp();
            other.again(ResumeMode.AUTO).run();
            FinalState.assertIdentical(DATA, target);
        }
    }

    private static void assertResumes(CloneRig rig) throws Exception {
        Process second = start(rig, ResumeMode.REQUIRED, 0);
        String printed = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(second.waitFor()).as(printed).isZero();
    }

    private static Process start(CloneRig rig, ResumeMode resume, int mebibytes) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of("-cp", classPath(), MortalRecipient.class.getName()));
        command.addAll(List.of(
                Integer.toString(rig.donor().port()),
                rig.target().toString(),
                resume.name(),
                Integer.toString(mebibytes)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static void awaitFile(Process process, Path file) throws InterruptedException {
        long deadline = System.nanoTime() + PROCESS_PATIENCE.toNanos();
        while (!Files.exists(file) && process.isAlive()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }
}
