package org.jclone.donor.cold;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Checks from another process whether a file is locked: a POSIX lock does not exclude the process that holds it. */
final class LockProbe {

    private static final int LOCKED = 3;

    private LockProbe() {}

    static boolean isLocked(Path file) throws IOException, InterruptedException {
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockProbe.class.getName(),
                        file.toString())
                .inheritIO()
                .start();
        int status = probe.waitFor();
        assertThat(status).isIn(0, LOCKED);
        return status == LOCKED;
    }

    /** Tries to take the lock that a server takes. */
    public static void main(String[] arguments) throws IOException {
        try (FileChannel channel =
                FileChannel.open(Path.of(arguments[0]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            System.exit(channel.tryLock() == null ? LOCKED : 0);
        }
    }
}
