package org.jclone.tests.server;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;

/**
 * The images that the Docker engine of this machine has. Testcontainers waits for minutes for an image that it cannot pull,
 * its own helper included.
 */
public final class EngineImages {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PULL_TIMEOUT = Duration.ofMinutes(1);
    private static final String HELPER = "testcontainers/ryuk:";

    private EngineImages() {}

    /** Whether nothing must be pulled to run {@code image}; also false if there is no engine, or no {@code docker} to ask it. */
    static boolean suffice(String image) {
        boolean needsHelper = !Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"));
        try {
            CommandResult listed = RunningCommand.run(
                    List.of("docker", "image", "ls", "--format={{.Repository}}:{{.Tag}}"), Map.of(), TIMEOUT);
            return listed.succeeded() && suffice(listed.stdout(), image, needsHelper);
        } catch (UncheckedIOException | AssertionError e) { // no such program, or an engine that hangs
            return false;
        }
    }

    /** Whether the engine can pull images, tried with a small one that Testcontainers needs. */
    public static boolean canBePulled() {
        try {
            return RunningCommand.run(List.of("docker", "pull", "--quiet", HELPER + "0.14.0"), Map.of(), PULL_TIMEOUT)
                    .succeeded();
        } catch (UncheckedIOException | AssertionError e) { // no such program, or a registry that does not answer
            return false;
        }
    }

    static boolean suffice(String listed, String image, boolean needsHelper) {
        List<String> names = listed.lines().map(String::strip).toList();
        return names.contains(image) && (!needsHelper || names.stream().anyMatch(name -> name.contains(HELPER)));
    }
}
