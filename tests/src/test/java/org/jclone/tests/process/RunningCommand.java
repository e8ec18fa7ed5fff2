package org.jclone.tests.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A running program. Its output goes to files, so that it never waits for a reader. */
public final class RunningCommand implements AutoCloseable {

    private static final long POLL_MILLIS = 20;

    private final List<String> command;
    private final Path stdout;
    private final Path stderr;
    private final Process process;

    private RunningCommand(List<String> command, Path stdout, Path stderr, Process process) {
        this.command = command;
        this.stdout = stdout;
        this.stderr = stderr;
        this.process = process;
    }

    /** Starts {@code command} with {@code environment} added and an empty standard input. */
    public static RunningCommand start(List<String> command, Map<String, String> environment) {
        try {
            Path stdout = Files.createTempFile("jclone-test", ".out");
            Path stderr = Files.createTempFile("jclone-test", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile());
            builder.environment().putAll(environment);
            return new RunningCommand(command, stdout, stderr, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code command} and waits for its end. */
    public static CommandResult run(List<String> command, Map<String, String> environment, Duration timeout) {
        try (RunningCommand running = start(command, environment)) {
            return running.await(timeout);
        }
    }

    /** Waits for the end. */
    public CommandResult await(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running after " + timeout + ": " + command + "\n" + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
        return new CommandResult(process.exitValue(), text(stdout), text(stderr));
    }

    /** Waits until {@code condition} holds for the output so far, of both streams. */
    public void awaitOutput(Predicate<String> condition, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.test(output())) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("missing in the output of " + command + ":\n" + output());
            }
            pause();
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Sends a signal by name, such as {@code INT}. */
    public void signal(String name) {
        run(List.of("kill", "-" + name, Long.toString(process.pid())), Map.of(), Duration.ofSeconds(10));
    }

    /** Sends two signals, the second before the program can end on the first. */
    public void signals(String first, String second) {
        String pid = Long.toString(process.pid());
        String script = "kill -" + first + ' ' + pid + "; kill -" + second + ' ' + pid;
        run(List.of("bash", "-c", script), Map.of(), Duration.ofSeconds(10));
    }

    /** Sends a signal to the child processes of the program. */
    public void signalChildren(String name) {
        process.children()
                .forEach(child ->
                        run(List.of("kill", "-" + name, Long.toString(child.pid())), Map.of(), Duration.ofSeconds(10)));
    }

    /** Kills the program if it still runs. */
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
            Files.deleteIfExists(stdout);
            Files.deleteIfExists(stderr);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String output() {
        return text(stdout) + text(stderr);
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
