package org.jclone.recipient.apply;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFiles;

/**
 * Applies the summary of the donor's DDL between two snapshot states. Its renames are unordered and may swap names, so each file first gets a temporary name, and its final name when the summary is complete.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 4.5.
 */
final class DdlSummary {

    private final FileTable files;
    private final DataDirectory directory;
    private final OpenFiles openFiles;
    private final FilePlaces places;
    private final InitialPages initialPages;
    private final Consumer<CloneEvent> events;
    private final Map<TargetFile, Path> renames = new HashMap<>();

    /** Files that were deleted or never created; other files may use their names by now. */
    private final Set<TargetFile> gone = new HashSet<>();

    DdlSummary(
            FileTable files,
            DataDirectory directory,
            OpenFiles openFiles,
            FilePlaces places,
            InitialPages initialPages,
            Consumer<CloneEvent> events) {
        this.files = files;
        this.directory = directory;
        this.openFiles = openFiles;
        this.places = places;
        this.initialPages = initialPages;
        this.events = events;
    }

    /** Applies one file of the summary. */
    void apply(FileDescriptor file, FileLog log) throws CloneException {
        boolean isNew = file.fileIndex() >= files.dataFileCount();
        if (isNew) {
            files.requireNext(file);
            create(file, log);
        } else if (file.isDeleted()) {
            delete(files.known(file), log);
        } else if (file.isRenamed()) {
            rename(files.known(file), file, log);
        } else {
            TargetFile target = files.known(file);
            if (!renames.containsKey(target)) {
                log.note(FileLog.Entry.ofData(file, false, false, false, ""), true);
            }
            target.redefine(file, target.path());
        }
    }

    private void create(FileDescriptor file, FileLog log) throws CloneException {
        Path path = places.of(file);
        TargetFile target = new TargetFile(file, path);
        Bytes wrappedKey = initialPages.wrappedKey(file);
        boolean deleted = file.isDeleted();
        log.note(new FileLog.Entry(false, file.fileIndex(), file, deleted, deleted, !deleted, "", wrappedKey), true);
        if (file.isDeleted()) {
            target.drop();
            gone.add(target);
        } else {
            Path temporary = FilePlaces.temporary(path);
            Durable.delete(temporary);
            directory.createFile(temporary);
            initialPages.write(file, wrappedKey, temporary);
            target.redefine(file, temporary);
            renames.put(target, path);
            events.accept(new CloneEvent.FileChanged(file.name(), "created"));
        }
        files.addDataFile(target);
    }

    private void delete(TargetFile target, FileLog log) throws CloneException {
        if (!gone.add(target)) {
            return;
        }
        log.note(FileLog.Entry.ofData(target.descriptor(), true, true, false, ""), true);
        target.drop();
        renames.remove(target);
        openFiles.closeIdle();
        Durable.delete(target.path());
        directory.touched(target.path().getParent());
        events.accept(new CloneEvent.FileChanged(target.descriptor().name(), "dropped"));
    }

    private void rename(TargetFile target, FileDescriptor file, FileLog log) throws CloneException {
        Path path = places.of(file);
        Path temporary = FilePlaces.temporary(path);
        if (target.path().equals(temporary) || target.path().equals(path)) {
            target.redefine(file, target.path()); // the donor tells it again
            return;
        }
        openFiles.closeIdle();
        log.note(
                FileLog.Entry.ofData(
                        file, false, false, true, target.descriptor().name()),
                true);
        Durable.delete(temporary);
        directory.createFile(temporary);
        Durable.rename(target.path(), temporary);
        directory.touched(target.path().getParent());
        events.accept(new CloneEvent.FileChanged(target.descriptor().name(), "renamed to " + file.name()));
        target.redefine(file, temporary);
        renames.put(target, path);
    }

    /** Gives files their final names. Call this when the summary is complete. */
    void finish() throws CloneException {
        openFiles.closeIdle();
        for (Map.Entry<TargetFile, Path> rename : renames.entrySet()) {
            TargetFile target = rename.getKey();
            Path path = rename.getValue();
            FileNameClash.requireNone(files, target.descriptor(), path);
            directory.createFile(path);
            Durable.rename(target.path(), path);
            target.redefine(target.descriptor(), path);
        }
        renames.clear();
    }

    /** Whether a summary reported the file as dropped. */
    boolean isGone(TargetFile file) {
        return gone.contains(file);
    }

    /** Restores the part of a summary that an earlier process applied. */
    void restore(TargetFile file, boolean deleted, Optional<Path> finalPath) {
        finalPath.ifPresent(path -> renames.put(file, path));
        if (deleted) {
            gone.add(file);
        }
    }
}
