package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;

/** What the data directory of a target holds. */
final class TargetDirectory {

    private TargetDirectory() {}

    /** Returns the record in the directory; empty if there is none, or it cannot be read. */
    static Optional<ProvisionRecord> record(Target target) {
        try {
            return ProvisionRecord.read(target.directory());
        } catch (CloneException e) {
            return Optional.empty(); // a run reports it
        }
    }

    /** @param record the record in the directory */
    static DirectoryState state(Target target, Optional<ProvisionRecord> record) {
        if (record.isPresent()) {
            return record.get().state() == ProvisionRecord.State.COMPLETE
                    ? DirectoryState.PROVISIONED
                    : DirectoryState.UNFINISHED;
        }
        if (Files.notExists(target.directory())) { // known, not only unreadable
            return DirectoryState.EMPTY;
        }
        try (Stream<Path> content = Files.list(target.directory())) {
            return content.anyMatch(file -> !file.getFileName().toString().startsWith(ProvisionRecord.NAME))
                    ? DirectoryState.DATA
                    : DirectoryState.EMPTY;
        } catch (IOException e) {
            return DirectoryState.UNREADABLE;
        }
    }
}
