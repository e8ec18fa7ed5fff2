package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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

        assertThat(TASKS.run(tasks)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(TASKS.run(List.of())).isEmpty();
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
                .isThrownBy(() -> TASKS.run(tasks))
                .withMessage("first");
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
                .isThrownBy(() -> TASKS.run(tasks))
                .withMessage("interrupted while testing")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED));
        assertThat(Thread.interrupted()).isTrue();
    }
}
