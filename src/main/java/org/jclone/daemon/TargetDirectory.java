package org.jclone.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;

/** What the data directory of a target holds. */
final class TargetDirectory {

    private TargetDirectory() {}

    /** Returns what the daemon must know about the directory. A record that cannot be read is one that a run reports. */
    static DirectoryReader.Facts facts(Target target) {
        try {
            Optional<ProvisionRecord> record = ProvisionRecord.read(target.directory());
            return new DirectoryReader.Facts(state(target, record), record, freeBytes(target.directory()));
        } catch (CloneException e) {
            return new DirectoryReader.Facts(
                    DirectoryState.UNREADABLE, Optional.empty(), freeBytes(target.directory()));
        }
    }

    private static OptionalLong freeBytes(Path directory) {
        Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Files.getFileStore(existing).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
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
        } catch (IOException | UncheckedIOException e) {
            return DirectoryState.UNREADABLE;
        }
    }
}
