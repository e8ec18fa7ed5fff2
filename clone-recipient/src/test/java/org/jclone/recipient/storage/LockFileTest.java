package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

    private static final Path LOCKS = Path.of("/proc/locks");

    @TempDir
    Path folder;

    /** The kernel releases all locks that a process has on a file when the process closes any descriptor of it. */
    @Test
    void staysLockedForOtherProcessesWhenThisOneTriesAgain() throws Exception {
        assumeTrue(Files.isReadable(LOCKS), "no /proc/locks here");
        Path path = folder.resolve("lock");
        try (LockFile lock = LockFile.tryTake(path).orElseThrow()) {
            assertThat(isLocked(path)).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");

            assertThat(LockFile.tryTake(path)).isEmpty();
            assertThat(LockFile.tryTake(Files.createDirectory(folder.resolve("sub"))
                            .resolve("..")
                            .resolve("lock")))
                    .isEmpty();

            assertThat(isLocked(path)).isTrue();
            assertThat(lock).isNotNull();
        }
        assertThat(path).doesNotExist();
    }

    private static boolean isLocked(Path path) throws IOException {
        String inode = ":" + Files.getAttribute(path, "unix:ino") + " ";
        return Files.readAllLines(LOCKS).stream().anyMatch(line -> line.contains(inode));
    }

    @Test
    void isTakenOverFromAKilledProcess() throws Exception {
        Path left = Files.createFile(folder.resolve("lock"));
        Optional<LockFile> lock = LockFile.tryTake(left);
        assertThat(lock).isPresent();
        lock.get().close();
        lock.get().close();
        assertThat(left).doesNotExist();
    }

    @Test
    void doesNotFollowASymbolicLink() throws Exception {
        Path elsewhere = Files.createFile(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(folder.resolve("lock"), elsewhere);
        assertThatIOException().isThrownBy(() -> LockFile.tryTake(link));
        assertThat(link).isSymbolicLink();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> LockFile.tryTake(folder.resolve("missing/lock")));
    }

    /** The directory is created and removed by those who lock it. */
    @Test
    void locksADirectoryForOneHolderAtATime() throws Exception {
        Path directory = folder.resolve("data");
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> attempts = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                attempts.add(() -> {
                    enter(directory, inside, runs);
                    return null;
                });
            }
            for (Future<Void> attempt : pool.invokeAll(attempts)) {
                attempt.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(runs.get()).isPositive();
        if (Files.exists(directory)) { // another thread was in it when its creator left
            assertThat(directory).isEmptyDirectory();
        }
    }

    private static void enter(Path directory, AtomicInteger inside, AtomicInteger runs) {
        try {
            DirectoryLock.holding(directory, () -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                assertThat(directory).isDirectoryContaining("glob:**/" + DirectoryLock.NAME);
                inside.decrementAndGet();
                return runs.incrementAndGet();
            });
        } catch (CloneException e) {
            assertThat(e.code()).as("%s", e).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
            assertThat(e).hasMessageContaining("another jclone");
        }
    }

    @Test
    void keepsADirectoryThatExistedBefore() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("data"));
        assertThat(DirectoryLock.<String>holding(directory, () -> "done")).isEqualTo("done");
        assertThat(directory).isEmptyDirectory();

        Path made = folder.resolve("made");
        DirectoryLock.<Path>holding(made, () -> {
            Durable.createFile(made.resolve("ibdata1"));
            return made;
        });
        assertThat(made.toFile().list()).containsExactly("ibdata1");
    }
}
