package org.jclone.recipient.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Explanations;

/** Runs checks of many files, several at a time. */
final class ParallelChecks {

    /** A disk wants several requests at a time, a processor no more threads than it has cores. */
    static final int DEFAULT_THREADS = 8;

    private ParallelChecks() {}

    /** Returns the results in the order of {@code checks}; fails as the first failing check in that order does. */
    static <T> List<T> run(List<Callable<T>> checks, int threads) throws CloneException {
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, checks.size())), task -> {
            Thread thread = new Thread(task, "clone-verify");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<T>> futures = new ArrayList<>(checks.size());
            checks.forEach(check -> futures.add(pool.submit(check)));
            List<T> results = new ArrayList<>(checks.size());
            for (Future<T> future : futures) {
                results.add(await(future));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private static <T> T await(Future<T> future) throws CloneException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CloneException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloneException(
                    CloneErrorCode.ABORTED,
                    "interrupted while verifying",
                    Explanations.hint("ABORTED", "interrupted"),
                    e);
        }
    }
}
