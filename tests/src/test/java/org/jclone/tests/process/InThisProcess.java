package org.jclone.tests.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.cli.ProgramInThisProcess;

/** Runs the program on a thread of this process, and collects its output. */
final class InThisProcess {

    private InThisProcess() {}

    /** Runs it with {@code environment} added, and waits for its end. */
    static CommandResult run(Map<String, String> environment, List<String> arguments, Duration timeout) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> all = new HashMap<>(System.getenv());
        all.putAll(environment);
        FutureTask<Integer> program = new FutureTask<>(() -> ProgramInThisProcess.run(all, out, err, arguments));
        Thread thread = new Thread(program, "jclone " + arguments.get(0));
        thread.setDaemon(true);
        thread.start();
        try {
            int status = program.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new CommandResult(status, out.toString(UTF_8), err.toString(UTF_8));
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new AssertionError(
                    "still running after " + timeout + ": " + arguments + "\n" + out.toString(UTF_8)
                            + err.toString(UTF_8),
                    e);
        } catch (ExecutionException e) {
            throw new AssertionError("not an exit status: " + arguments, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + arguments, e);
        }
    }
}
