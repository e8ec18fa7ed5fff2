package org.jclone.tests.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jclone.tests.process.CommandResult;

/** Transactions that run on a server while it is cloned, designed so that an inconsistent copy is detectable. */
public final class Churn {

    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** Seconds between the transactions of a session, so that a machine with two processors also does other work. */
    private static final String PAUSE = Boolean.getBoolean("jclone.test.full") ? "0" : "0.003";

    private Churn() {}

    /**
     * What a copy contains.
     *
     * @param bad 0 if the copy is consistent
     * @param transfers committed transfers; with GTIDs on, each is one transaction
     */
    public record State(long bad, long transfers) {}

    /** Runs {@code work} while two sessions write to {@code server}. */
    public static <T> T during(MySqlServer server, Callable<T> work) throws Exception {
        return during(server, PAUSE, work);
    }

    /** Does the same with a pause after each transaction, for work that needs the processors itself. */
    public static <T> T lightlyDuring(MySqlServer server, Callable<T> work) throws Exception {
        return during(server, "0.02", work);
    }

    /** Does the same with a pause of {@code pause} seconds. */
    public static <T> T during(MySqlServer server, String pause, Callable<T> work) throws Exception {
        long before = state(server).transfers();
        List<String> arguments =
                List.of("run", server.folder().toString(), Long.toString(LONGEST.toSeconds()), "2", pause);
        CompletableFuture<CommandResult> run =
                CompletableFuture.supplyAsync(() -> server.run("churn", arguments, LONGEST.plusMinutes(1)));
        try {
            while (server.number("SELECT COUNT(*) FROM churn.journal") < before + 100) {
                assertRunning(run);
            }
            T result = work.call();
            assertRunning(run);
            return result;
        } finally {
            server.script("churn", "stop");
            run.join();
        }
    }

    /** Returns what a server contains now; while transactions run, what one of them sees. */
    public static State state(MySqlServer server) {
        List<String> fields = server.row("CALL churn.verify()");
        return new State(Long.parseLong(fields.get(0)), Long.parseLong(fields.get(1)));
    }

    private static void assertRunning(CompletableFuture<CommandResult> run) {
        if (run.isDone()) {
            throw new AssertionError("the workload ended too early: " + run.join());
        }
    }
}
