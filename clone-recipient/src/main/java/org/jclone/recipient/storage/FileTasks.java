package org.jclone.recipient.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task for each of many files, several at a time.
 *
 * @param threadName name of all threads
 * @param doing what an interrupt interrupts, such as {@code while verifying}
 * @param threads maximum number of threads
 */
public record FileTasks(String threadName, String doing, int threads) {

    /** A disk performs best with several requests at a time, a processor with no more threads than it has cores. */
    public static final int DEFAULT_THREADS = 8;

    private static final Logger LOGGER = LoggerFactory.getLogger(FileTasks.class);
    private static final long PATIENCE_SECONDS = 1;

    /**
     * Returns the results in the order of {@code tasks}. Throws the failure of the first failing task in that order.
     *
     * @param stop asked before each task; a long task asks it, too
     */
    public <T> List<T> run(List<Callable<T>> tasks, StopCheck stop) throws CloneException {
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, tasks.size())), task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<T>> futures = new ArrayList<>(tasks.size());
            tasks.forEach(task -> futures.add(pool.submit(() -> {
                stop.check();
                return task.call();
            })));
            List<T> results = new ArrayList<>(tasks.size());
            for (Future<T> future : futures) {
                results.add(await(future));
            }
            return results;
        } finally {
            pool.shutdownNow();
            awaitEnd(pool);
        }
    }

    /** What a task still uses after a failure is about to be closed. A disk that hangs must not hold the caller. */
    private void awaitEnd(ExecutorService pool) {
        try {
            if (!pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.atWarn().addKeyValue("thread", threadName).log("a task does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T await(Future<T> future) throws CloneException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CloneException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.Aborted.INTERRUPTED.exception("interrupted " + doing, e);
        }
    }
}
