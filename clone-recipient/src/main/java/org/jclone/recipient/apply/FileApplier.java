package org.jclone.recipient.apply;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.storage.Volume;

/**
 * Applies file descriptors: creates files, and repeats the donor's DDL on them.
 *
 * <p>DDL is announced in two ways. The drop of a file during its copy is announced within the state, by the task that reaches its chunk. A summary of all changes arrives on the main connection between two states and carries the next state; see {@link DdlSummary}.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 4.2 to 4.5. Thread-safe.
 */
public final class FileApplier {

    /** The most redo files that a donor sends; it fails itself if it has more. */
    private static final int MAX_REDO_FILES = 1000;

    private final FileTable files;
    private final DataDirectory directory;
    private final TargetKeys keys;
    private final FilePlaces places;
    private final InitialPages initialPages;
    private final DdlSummary summary;
    private FileLog log = FileLog.NONE;

    /** The first failure. Later failures of the same file on other connections have misleading reasons. */
    private Optional<CloneException> failure = Optional.empty();

    /**
     * @param pageSize the donor's {@code innodb_page_size}
     * @param serverVersionNumber the donor's version as InnoDB writes it into page 0, such as 90704
     */
    public FileApplier(
            FileTable files,
            DataDirectory directory,
            OpenFiles openFiles,
            RedoNaming redoNaming,
            TargetKeys keys,
            int pageSize,
            int serverVersionNumber,
            Consumer<CloneEvent> events) {
        this.files = files;
        this.directory = directory;
        this.keys = keys;
        places = new FilePlaces(directory, redoNaming, events);
        initialPages = new InitialPages(openFiles, keys, pageSize, serverVersionNumber);
        summary = new DdlSummary(files, directory, openFiles, places, initialPages, events);
    }

    /** Records changes to files in {@code value} from now on. */
    public synchronized void logTo(FileLog value) {
        log = value;
    }

    /**
     * @param current the recipient's state
     * @throws CloneException if the name is refused, the disk fails, or the target cannot use the file
     */
    public synchronized void apply(FileDescriptor file, SnapshotState current) throws CloneException {
        try {
            if (failure.isPresent()) {
                throw failure.get();
            }
            requireUsable(file);
            applyUsable(file, current);
        } catch (CloneException e) {
            failure = Optional.of(e);
            throw e;
        } finally {
            file.key().ifPresent(TablespaceKey::close);
        }
    }

    /** Requires a keyring, and a matching block size where the file belongs, which may be another file system. */
    private void requireUsable(FileDescriptor file) throws CloneException {
        if (!file.isEncrypted() && !file.hasKey()) {
            return;
        }
        keys.require(TargetFile.displayName(file));
        if (!file.isPageCompressed() || file.isDeleted()) {
            return;
        }
        long blockSize = Volume.blockSize(Volume.existing(places.of(file)));
        if (file.fsBlockSize() != blockSize) {
            throw Failure.Incompatible.BLOCKS.exception(
                    "the donor's " + TargetFile.displayName(file) + " is compressed and encrypted in blocks of "
                            + file.fsBlockSize() + " bytes, and the target's file system has blocks of " + blockSize);
        }
    }

    private void applyUsable(FileDescriptor file, SnapshotState current) throws CloneException {
        if (file.spaceId() == SpaceIds.REDO) {
            applyRedo(file);
        } else if (file.state() == current && file.isDeleted()) {
            TargetFile dropped = files.known(file);
            log.note(FileLog.Entry.ofData(dropped.descriptor(), true, summary.isGone(dropped), false, ""), false);
            dropped.drop();
        } else if (file.state() == current && current == SnapshotState.FILE_COPY) {
            applyDataFile(file);
        } else if (file.state().wireCode() == current.wireCode() + 1
                && (current == SnapshotState.FILE_COPY || current == SnapshotState.PAGE_COPY)) {
            summary.apply(file, log);
        } else {
            throw new MalformedPacketException(
                    "FileDescriptor", "state", 12, file.state() + " while the recipient is in " + current);
        }
    }

    private void applyRedo(FileDescriptor file) throws CloneException {
        if (file.fileIndex() >= MAX_REDO_FILES) {
            throw FileTable.unknownIndex(file, "< " + MAX_REDO_FILES);
        }
        addRedoFile(file, file.fileIndex());
        files.redoFile(file.fileIndex()).announce(file);
        for (long index = 1; index < places.minRedoFiles(); index++) {
            addRedoFile(file, index);
        }
    }

    private void addRedoFile(FileDescriptor file, long index) throws CloneException {
        if (files.hasRedoFile(index)) {
            return;
        }
        Path path = places.ofRedo(index);
        log.note(new FileLog.Entry(true, index, file, false, false, false, ""), isFoundByNoteAlone(path));
        directory.createFile(path);
        files.addRedoFile(index, new TargetFile(file, path));
    }

    private void applyDataFile(FileDescriptor file) throws CloneException {
        if (file.fileIndex() < files.dataFileCount()) {
            return;
        }
        files.requireNext(file);
        Path path = places.of(file);
        FileNameClash.requireNone(files, file, path);
        log.note(FileLog.Entry.ofData(file, false, false, false, ""), isFoundByNoteAlone(path));
        directory.createFile(path);
        files.addDataFile(new TargetFile(file, path));
    }

    /** Whether only a journal entry, which a crash of the machine may lose, identifies the file as part of the clone. */
    private boolean isFoundByNoteAlone(Path path) {
        return !ClonedFiles.isKnownByName(directory.root(), path);
    }

    /** Gives files their final names. Call this when the summary between two states is complete. */
    public synchronized void finishRenames() throws CloneException {
        summary.finish();
    }

    /** Restores a file that an earlier process left. */
    void restore(FileLog.Entry entry, TargetFile file, Optional<Path> finalPath) {
        summary.restore(file, entry.deleted(), finalPath);
        if (entry.redo()) {
            files.addRedoFile(entry.index(), file);
        } else {
            files.addDataFile(file);
        }
    }

    FilePlaces places() {
        return places;
    }

    InitialPages initialPages() {
        return initialPages;
    }

    /** Returns, for tablespaces outside the donor's data directory, the donor's absolute path and the local path. */
    public synchronized Map<String, Path> relocated() {
        return places.relocated(files.liveFiles());
    }
}
