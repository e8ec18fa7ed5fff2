package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;

class FileTasksTest {

    private static final FileTasks TASKS = new FileTasks("test", "while testing", 2);

    private static CloneException failure(String message) {
        return new CloneException(CloneErrorCode.STORAGE, message, "");
    }

    @Test
    void returnsTheResultsInTheOrderOfTheTasks() throws CloneException {
        CountDownLatch last = new CountDownLatch(1);
        List<Callable<Integer>> tasks = new ArrayList<>();
        tasks.add(() -> {
            last.await();
            return 0;
        });
        for (int i = 1; i < 9; i++) {
            int number = i;
            tasks.add(() -> number);
        }
        tasks.add(() -> {
            last.countDown();
            return 9;
        });

        assertThat(TASKS.run(tasks, StopCheck.NEVER)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(TASKS.run(List.of(), StopCheck.NEVER)).isEmpty();
    }

    @Test
    void reportsTheFirstFailureInTheOrderOfTheTasks() {
        CountDownLatch second = new CountDownLatch(1);
        List<Callable<Void>> tasks = List.of(
                () -> {
                    second.await();
                    throw failure("first");
                },
                () -> {
                    second.countDown();
                    throw failure("second");
                });

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> TASKS.run(tasks, StopCheck.NEVER))
                .withMessage("first");
    }

    @Test
    void beginsNoTaskAfterAStop() {
        AtomicInteger begun = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        List<Callable<Integer>> tasks = Collections.nCopies(1000, () -> {
            stopped.set(true);
            return begun.incrementAndGet();
        });

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> TASKS.run(tasks, () -> {
                    if (stopped.get()) {
                        throw failure("stopped");
                    }
                }))
                .withMessage("stopped");
        assertThat(begun.get()).as("one on each thread at most").isBetween(1, 2);
    }

    @Test
    void awaitsTheTasksUnderWayAfterAFailure() {
        CountDownLatch second = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        List<Callable<Void>> tasks = List.of(
                () -> {
                    second.await();
                    throw failure("first");
                },
                () -> {
                    second.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        LockSupport.parkNanos(50_000_000);
                        ended.set(true);
                    }
                    return null;
                });

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> TASKS.run(tasks, StopCheck.NEVER))
                .withMessage("first");
        assertThat(ended).isTrue();
    }

    @Test
    void isAbortedByAnInterrupt() {
        CountDownLatch never = new CountDownLatch(1);
        List<Callable<Void>> tasks = List.of(() -> {
            never.await();
            return null;
        });
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> TASKS.run(tasks, StopCheck.NEVER))
                .withMessage("interrupted while testing")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED));
        assertThat(Thread.interrupted()).isTrue();
    }
}
