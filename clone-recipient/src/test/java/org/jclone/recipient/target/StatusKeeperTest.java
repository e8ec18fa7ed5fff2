package org.jclone.recipient.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.status.StatusFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StatusKeeperTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Set<Thread.State> ENDED_OR_WAITING =
            EnumSet.of(Thread.State.TERMINATED, Thread.State.TIMED_WAITING);
    private static final Clock CLOCK = Clock.fixed(BEGIN.plusSeconds(5), ZoneOffset.UTC);

    @TempDir
    Path root;

    private Path folder;
    private StatusKeeper keeper;

    @BeforeEach
    void create() throws CloneException {
        folder = root.resolve("#clone");
        StatusFiles files = StatusFiles.begin(new DataDirectory(root, Map.of()), new DonorAddress("db1", 3306), BEGIN);
        keeper = new StatusKeeper(files, new ProgressTracker(CLOCK, () -> 0), CLOCK);
    }

    @AfterEach
    void close() {
        keeper.close();
    }

    private List<String> status() throws IOException {
        return Files.readAllLines(folder.resolve("#view_status"));
    }

    /** Says that there is no trouble, and counts how often it is asked. */
    private static Supplier<String> counted(CountDownLatch asked) {
        return () -> {
            asked.countDown();
            return "";
        };
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void recordsTheProgressAndThenTheEnd() throws Exception {
        keeper.show(() -> "a warning");
        Path progress = folder.resolve("#view_progress");
        while (Files.notExists(progress)) {
            Thread.sleep(1);
        }
        assertThat(progress).content().contains("\njclone ", "a warning");

        keeper.complete();

        assertThat(progress).content().startsWith("1\n").doesNotContain("jclone", "a warning");
        assertThat(status()).first().isEqualTo("2 1");
        assertThat(folder.resolve("#status_in_progress")).doesNotExist();
    }

    @Test
    void recordsWhyACloneFailed() throws Exception {
        keeper.fail(new DonorErrorException(CloneErrorCode.DONOR_BUSY, "busy", "wait", 3634, "", "busy"));
        assertThat(status()).element(3).isEqualTo("3634");
        assertThat(status()).element(4).isEqualTo("busy");

        keeper.fail(new StorageException(CloneErrorCode.DISK_FULL, "full", "free some", root, -1, null));
        assertThat(status()).element(3).isEqualTo("1026");

        keeper.fail(new CloneException(CloneErrorCode.ABORTED, "stopped", "again"));
        assertThat(status()).element(3).isEqualTo("3862");
        assertThat(folder.resolve("#status_in_progress")).exists();
    }

    @Test
    void survivesAProgressThatCannotBeRecorded() throws Exception {
        Files.delete(folder.resolve("#status_in_progress"));
        Files.delete(folder);
        CountDownLatch asked = new CountDownLatch(2);
        keeper.show(counted(asked));
        await(asked);
        keeper.close();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> keeper.fail(new CloneException(CloneErrorCode.ABORTED, "stopped", "again")));
        assertThat(folder).doesNotExist();
    }

    @Test
    void aBugInOneRecordDoesNotPreventTheNext() throws Exception {
        CountDownLatch asked = new CountDownLatch(2);
        keeper.show(() -> {
            asked.countDown();
            if (asked.getCount() > 0) {
                throw new IllegalStateException("made");
            }
            return "recorded";
        });
        await(asked);
        keeper.close();

        assertThat(folder.resolve("#view_progress")).content().contains("recorded");
    }

    @Test
    void waitsForTheCurrentWriteOnAnInterruptedThread() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            keeper.close();
            interrupted.set(Thread.interrupted());
        });
        keeper.show(() -> {
            asked.countDown();
            try {
                closing.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return "recorded";
        });
        await(asked);
        closer.start();
        while (!ENDED_OR_WAITING.contains(closer.getState())) {
            Thread.sleep(1);
        }
        assertThat(closer.getState()).isEqualTo(Thread.State.TIMED_WAITING);

        closing.countDown();
        closer.join();
        assertThat(folder.resolve("#view_progress")).content().contains("recorded");
        assertThat(interrupted).as("still interrupted").isTrue();
    }

    @Test
    void recordsNothingUnlessItIsToldTo() {
        keeper.close();
        assertThat(folder.toFile().list()).containsExactly("#status_in_progress");
    }
}
