package org.jclone.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.LockFile;
import org.jclone.recipient.storage.StorageErrors;

/** Holds the data directory for one run at a time, and removes a directory that it made if the run does not use it. */
final class HeldDirectory {

    private final Path path;
    private final boolean made;
    private Optional<LockFile> held = Optional.empty();

    /** Makes the directory if it is missing. */
    HeldDirectory(Path path) throws CloneException {
        this.path = path;
        this.made = make(path);
    }

    private static boolean make(Path path) throws CloneException {
        if (Files.isDirectory(path)) {
            return false;
        }
        Durable.createDirectory(path);
        Durable.flushDirectory(path.getParent());
        return true;
    }

    /** Locks the directory, or fails if another run has it. */
    void lock() throws CloneException {
        Path file = path.resolve(ProvisionRecord.NAME + ".lock");
        try {
            held = Optional.of(LockFile.tryTake(file)
                    .orElseThrow(() -> Failure.TargetNotUsable.OTHER_CLONE.exception(
                            path + " is being provisioned by another jclone")));
        } catch (IOException e) {
            throw StorageErrors.of("lock", file, -1, e);
        }
    }

    /** Unlocks the directory, and removes it if this object made it and it is still empty. */
    void release() {
        held.ifPresent(LockFile::close);
        if (made) {
            removeIfEmpty();
        }
    }

    private void removeIfEmpty() {
        try {
            Files.delete(path);
        } catch (IOException e) {
            return; // it holds the run's data
        }
    }
}
