package org.jclone.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;

/** The files of tables below a directory. */
public final class Tablespaces {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Tablespaces() {}

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(".ibd")).toList();
        }
    }

    /** Asserts that all tablespaces of {@code directory} exist in {@code other}, with the same bytes. */
    public static void assertSame(Path directory, Path other) throws IOException {
        for (Path file : below(directory)) {
            assertThat(Files.mismatch(file, other.resolve(directory.relativize(file))))
                    .as("first byte of %s that differs", file)
                    .isEqualTo(-1);
        }
    }

    /** Their total size. */
    public static long bytes(Path directory) throws IOException {
        long bytes = 0;
        for (Path file : below(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** The disk usage of a file, in units of the file system. */
    public static long blocks(Path file) {
        CommandResult stat = RunningCommand.run(List.of("stat", "-c", "%b", file.toString()), Map.of(), TIMEOUT);
        return Long.parseLong(stat.stdout().strip());
    }
}
