package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.LockFile;

/** The directory in which a daemon keeps what must survive it, locked for one daemon at a time. */
final class StateDirectory {

    private static final String RUNS = "runs";
    private static final String LOCK = "daemon.lock";

    private StateDirectory() {}

    /** Creates what is missing; returns the folder of the runs. */
    static Path prepare(Path directory) throws CloneException {
        Path runs = directory.resolve(RUNS);
        for (Path each : new Path[] {directory, runs}) {
            if (!Files.isDirectory(each)) {
                Durable.createDirectory(each);
                Durable.flushDirectory(each.getParent());
            }
        }
        return runs;
    }

    /** Locks the directory for this process. */
    static LockFile lock(Path directory) throws CloneException {
        try {
            return LockFile.tryTake(directory.resolve(LOCK))
                    .orElseThrow(() ->
                            Failure.Daemon.RUNNING.exception("another daemon has the state directory " + directory));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    static CloneException unusable(Path directory, IOException e) {
        return Failure.Daemon.STATE.exception(
                "cannot use the state directory " + directory + ": " + FileReason.of(e), e);
    }
}
