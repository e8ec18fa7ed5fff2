package org.jclone.tests.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;

/** A file system in memory that is soon full. Only root may mount one. */
public final class SmallFileSystem implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path mountPoint;

    private SmallFileSystem(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /** Empty where we may not mount. */
    public static Optional<SmallFileSystem> mount(Path mountPoint, int mebibytes) {
        try {
            Files.createDirectories(mountPoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CommandResult mounted = RunningCommand.run(
                List.of("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mountPoint.toString()),
                Map.of(),
                TIMEOUT);
        return mounted.succeeded() ? Optional.of(new SmallFileSystem(mountPoint)) : Optional.empty();
    }

    public Path path() {
        return mountPoint;
    }

    @Override
    public void close() {
        CommandResult result = RunningCommand.run(List.of("umount", "-l", mountPoint.toString()), Map.of(), TIMEOUT);
        if (!result.succeeded()) {
            throw new AssertionError("cannot unmount " + mountPoint + ": " + result.stderr());
        }
    }
}
