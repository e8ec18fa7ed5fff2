package org.jclone.provision.step;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jclone.provision.mysqld.ChildEnvironment;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.recipient.api.CloneException;

/**
 * The process of one hook. Its input is an unlinked file, so a hook that does not read it blocks nobody.
 * Its output is passed on line by line while it runs.
 */
final class HookProcess {

    private static final int MAX_LINE = 1000;
    private static final int MAX_LINES_WAITING = 1000;
    private static final long POLL_MILLIS = 50;

    /** For the rest of the output; a child that the hook leaves behind may keep it open for ever. */
    private static final long DRAIN_MILLIS = 1000;

    private final Process process;
    private final LongSupplier nanoTime;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>(MAX_LINES_WAITING);
    private final Thread reader = new Thread(this::read, "provision-hook");

    private HookProcess(Process process, LongSupplier nanoTime) {
        this.process = process;
        this.nanoTime = nanoTime;
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Runs a command.
     *
     * @param output receives each line of its output, on this thread
     * @return why it failed; empty if it succeeded
     */
    static Optional<String> run(
            String command, String input, Duration limit, Consumer<String> output, LongSupplier nanoTime)
            throws CloneException {
        HookProcess hook;
        try {
            Path file = Files.createTempFile("jclone-hook", ".json"); // of mode 0600
            try {
                Files.writeString(file, input);
                ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", command)
                        .redirectInput(file.toFile())
                        .redirectErrorStream(true);
                ChildEnvironment.clean(shell.environment());
                hook = new HookProcess(shell.start(), nanoTime);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return Optional.of("cannot be run: " + e.getMessage());
        }
        try {
            return hook.await(limit, output);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        } finally {
            hook.kill();
        }
    }

    private Optional<String> await(Duration limit, Consumer<String> output) throws InterruptedException {
        long end = nanoTime.getAsLong() + limit.toNanos();
        while (process.isAlive()) {
            if (nanoTime.getAsLong() > end) {
                kill();
                drain(output);
                return Optional.of("did not end within " + limit.toSeconds() + " s");
            }
            String line = lines.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (line != null) {
                output.accept(line);
            }
        }
        drain(output);
        int status = process.exitValue();
        return status == 0 ? Optional.empty() : Optional.of("ended with status " + status);
    }

    private void drain(Consumer<String> output) throws InterruptedException {
        long end = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
        while (nanoTime.getAsLong() < end && (reader.isAlive() || !lines.isEmpty())) {
            String line = lines.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (line != null) {
                output.accept(line);
            }
        }
    }

    /** Kills those of its processes that still run. */
    private void kill() {
        if (process.isAlive()) {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void read() {
        try (BufferedReader text =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (Optional<String> line = readLine(text); line.isPresent(); line = readLine(text)) {
                lines.put(line.get());
            }
        } catch (IOException e) {
            return; // it has ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the beginning of the next line; empty at the end. */
    private static Optional<String> readLine(Reader text) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = text.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = text.read()) {
            if (line.length() <= MAX_LINE) {
                line.append((char) next);
            }
        }
        if (line.length() > MAX_LINE) {
            return Optional.of(line.substring(0, MAX_LINE) + "...");
        }
        return Optional.of(line.toString().replaceFirst("\r$", ""));
    }
}
