package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;

/** Runs of {@code jclone fetch} that must fail, and the expected failures. */
final class Fetches {

    static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** MiB/s: a plain donor's hundred megabytes take seconds. */
    static final String SLOWLY = "--max-data-bandwidth=15";

    private Fetches() {}

    static List<String> fetch(String donor, String user, Path directory, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("fetch", "--donor=" + donor, "--user=" + user, "--dir=" + directory));
        arguments.addAll(List.of(more));
        return arguments;
    }

    static CommandResult fetchFrom(String donor, Path directory, String... more) {
        return Jclone.run(MySqlServer.CLONE_PASSWORD, fetch(donor, MySqlServer.CLONE_USER, directory, more));
    }

    static CommandResult fetchFrom(int port, Path directory, String... more) {
        return fetchFrom("127.0.0.1:" + port, directory, more);
    }

    static String address(MySqlServer server) {
        return "127.0.0.1:" + server.port();
    }

    /** Starts a slow clone and waits until files of its first stage grow. */
    static RunningCommand startUnderWay(MySqlServer donor, Path directory, String... more) throws Exception {
        List<String> arguments = fetch(address(donor), MySqlServer.CLONE_USER, directory, more);
        arguments.add(SLOWLY);
        RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, arguments);
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        Path first = directory.resolve("ibdata1");
        while (!Files.exists(first) || Files.size(first) == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no data after " + TIMEOUT + ": " + running.await(Duration.ofSeconds(1)));
            }
            Thread.sleep(10);
        }
        return running;
    }

    /** Returns as soon as {@code #view_progress} shows that the stage has begun. */
    static void awaitStage(RunningCommand running, Path directory, CloneStage stage) throws Exception {
        Path progress = directory.resolve("#clone/#view_progress");
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!hasBegun(progress, stage)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + stage + ": " + running.await(Duration.ofSeconds(1)));
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static boolean hasBegun(Path progress, CloneStage stage) throws IOException {
        try {
            List<String> lines = Files.readAllLines(progress);
            return lines.size() > stage.ordinal() + 1
                    && !lines.get(stage.ordinal() + 1).startsWith("0 ");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Asserts that the message says what happened and what to do next, and exposes no internals. */
    static void assertFailed(CommandResult result, CloneErrorCode code, String... words) {
        assertFailed(result, code.exitStatus(), words);
    }

    static void assertFailed(CommandResult result, int exitStatus, String... words) {
        assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(exitStatus);
        assertThat(result.stderr()).contains(words).doesNotContain("Exception", "\tat ");
    }
}
