package org.jclone.provision.mysqld;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneException;

/**
 * The private server that a killed jclone left. Only a process with the socket of the server's folder in its command
 * line counts as that server.
 */
public final class LeftOverServer {

    private final PrivateFolder folder;
    private final LongSupplier nanoTime;

    public LeftOverServer(PrivateFolder folder, LongSupplier nanoTime) {
        this.folder = folder;
        this.nanoTime = nanoTime;
    }

    /**
     * Stops the server if it still runs, and removes its folder.
     *
     * @return whether it still ran
     */
    public boolean stop(Duration stall) throws CloneException {
        Optional<ProcessHandle> left = find();
        if (left.isPresent()) {
            left.get().destroy();
            PrivateServer.awaitEnd(left.get(), folder, new StallLimit(stall, nanoTime));
        }
        folder.remove();
        return left.isPresent();
    }

    private Optional<ProcessHandle> find() {
        String argument = "--socket=" + folder.socket();
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(handle -> hasArgument(handle.pid(), argument))
                .findFirst();
    }

    private static boolean hasArgument(long pid, String argument) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            return List.of(new String(line, StandardCharsets.UTF_8).split("\0")).contains(argument);
        } catch (IOException e) {
            return false; // it has just ended, or belongs to another user
        }
    }
}
