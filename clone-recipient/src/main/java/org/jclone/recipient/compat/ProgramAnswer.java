package org.jclone.recipient.compat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * The answer of a {@code mysqld} that starts no server, but prints something and ends.
 *
 * @param output standard output
 * @param errors standard error
 */
public record ProgramAnswer(String output, String errors, int status) {

    private static final long TIMEOUT_SECONDS = 30;
    private static final long ERRORS_TIMEOUT_SECONDS = 10;
    private static final int MAX_OUTPUT_BYTES = 4 << 20;

    /** Runs the program, whose first element is its path, and waits for its end. */
    public static ProgramAnswer of(List<String> command) throws CloneException {
        String program = command.get(0);
        Process process = start(command);
        try {
            CompletableFuture<String> errors = read(process.getErrorStream());
            String output = read(process.getInputStream()).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException("it closed its output, and still runs");
            }
            // A child may keep the stream open after the program has ended.
            String complaints = errors.completeOnTimeout("", ERRORS_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .get();
            return new ProgramAnswer(output, complaints, process.exitValue());
        } catch (TimeoutException e) {
            throw failed(program, "did not answer within " + TIMEOUT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw failed(program, "did not finish its answer: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.Aborted.INTERRUPTED.exception("interrupted while asking " + program, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) throws CloneException {
        Path program = Path.of(command.get(0));
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw failed(program, "is not a program that jclone may run", null);
        }
        try {
            return new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
        } catch (IOException e) {
            throw failed(program, "cannot be run: " + e.getMessage(), e);
        }
    }

    /** Reads the stream on a thread of its own, and closes it at the limit, which ends a program that writes more. */
    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        text.complete(new String(stream.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        text.completeExceptionally(new UncheckedIOException(e));
                    }
                },
                "clone-mysqld-output");
        reader.setDaemon(true);
        reader.start();
        return text;
    }

    /** Returns how the program ended, for a message: its status, and the last line of its standard error. */
    public String ending() {
        String last = errors.lines()
                .filter(line -> !line.isBlank())
                .reduce((before, line) -> line)
                .orElse("");
        return "it ended with status " + status
                + (last.isEmpty() ? ", and wrote nothing to standard error" : ": " + last.strip());
    }

    private static CloneException failed(Object program, String what, Throwable cause) {
        return Failure.Usage.MYSQLD.exception("--mysqld: " + program + ' ' + what, cause);
    }
}
