package org.jclone.provision.mysqld;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * What a program that starts nothing answers.
 *
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
record ProgramAnswer(String output, String errors, int status) {

    private static final long TIMEOUT_SECONDS = 30;
    private static final int MAX_OUTPUT_BYTES = 4 << 20;

    /** Runs the program, whose first element names it, and waits for its end. */
    static ProgramAnswer of(List<String> command) throws CloneException {
        String program = command.get(0);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
        } catch (IOException e) {
            throw Failure.Usage.MYSQLD.exception("--mysqld: " + program + " cannot be run: " + e.getMessage(), e);
        }
        FirstOutput errors = new FirstOutput(process.getErrorStream());
        try {
            String output = CompletableFuture.supplyAsync(() -> read(process)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                throw new TimeoutException("it closed its output, and still runs");
            }
            errors.awaitEnd();
            return new ProgramAnswer(output, errors.text(), process.exitValue());
        } catch (TimeoutException | ExecutionException e) {
            throw Failure.Usage.MYSQLD.exception(
                    "--mysqld: " + program + " did not show its options within " + TIMEOUT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try (InputStream in = process.getInputStream()) {
            return new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns how the program ended, for a message: its status, and the last line that it wrote to standard error. */
    String ending() {
        String last = errors.lines()
                .filter(line -> !line.isBlank())
                .reduce((before, line) -> line)
                .orElse("");
        return "it ended with status " + status
                + (last.isEmpty() ? ", and wrote nothing to standard error" : ": " + last.strip());
    }
}
