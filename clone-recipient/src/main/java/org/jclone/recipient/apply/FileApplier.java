package org.jclone.recipient.apply;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.innodb.page.TablespaceFirstPage;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFile;
import org.jclone.recipient.storage.OpenFiles;

/**
 * Applies file descriptors: creates files, and does to them what DDL did on the donor meanwhile.
 *
 * <p>DDL comes in two ways. A file dropped while it is being copied is announced within the state, by whichever task met its
 * chunk. A summary of all that changed comes on the main connection between two states, with the state that is about to
 * begin; renames in it are in no order and may swap names, so each goes to a temporary name first and to its final one
 * when the summary is complete.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 4.2 to 4.5. Thread-safe.
 */
public final class FileApplier {

    private static final String RENAME_SUFFIX = ".#clone_ddl";
    /** What a donor sends at most; with more it fails by itself. */
    private static final int MAX_REDO_FILES = 1000;

    private static final String BUFFER_POOL_FILE = "ib_buffer_pool";

    private final FileTable files;
    private final DataDirectory directory;
    private final OpenFiles openFiles;
    private final RedoNaming redoNaming;
    private final TargetKeys keys;
    private final int pageSize;
    private final int serverVersionNumber;
    private final Consumer<CloneEvent> events;
    private final Map<TargetFile, Path> renames = new HashMap<>();

    /** Deleted, or never made: their names may belong to others by now. */
    private final Set<TargetFile> gone = new HashSet<>();

    private final Map<String, Path> relocated = new HashMap<>();
    private FileLog log = FileLog.NONE;

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
        this.openFiles = openFiles;
        this.redoNaming = redoNaming;
        this.keys = keys;
        this.pageSize = pageSize;
        this.serverVersionNumber = serverVersionNumber;
        this.events = events;
    }

    /** From now on {@code value} hears what becomes of files. */
    public synchronized void logTo(FileLog value) {
        log = value;
    }

    /**
     * @param current the recipient's state
     * @throws CloneException if the name is refused, the disk fails, or the file cannot be used here
     */
    public synchronized void apply(FileDescriptor file, SnapshotState current) throws CloneException {
        try {
            requireUsable(file);
            applyUsable(file, current);
        } finally {
            file.key().ifPresent(TablespaceKey::close);
        }
    }

    /** That there is a way to keep its key, and that its pages fit the file system. */
    private void requireUsable(FileDescriptor file) throws CloneException {
        if (!file.isEncrypted() && !file.hasKey()) {
            return;
        }
        keys.require(TargetFile.displayName(file));
        long blockSize = directory.fsBlockSize();
        if (file.isPageCompressed() && file.fsBlockSize() != blockSize) {
            throw new CloneException(
                    CloneErrorCode.INCOMPATIBLE,
                    "the donor's " + TargetFile.displayName(file) + " is compressed and encrypted in blocks of "
                            + file.fsBlockSize() + " bytes, and the target's file system has blocks of " + blockSize,
                    Explanations.hint("INCOMPATIBLE", "blocks"));
        }
    }

    private void applyUsable(FileDescriptor file, SnapshotState current) throws CloneException {
        if (file.spaceId() == SpaceIds.REDO) {
            applyRedo(file);
        } else if (file.state() == current && file.isDeleted()) {
            TargetFile dropped = known(file);
            log.note(entry(dropped.descriptor(), true, gone.contains(dropped), false, ""), false);
            dropped.drop();
        } else if (file.state() == current && current == SnapshotState.FILE_COPY) {
            applyDataFile(file);
        } else if (file.state().wireCode() == current.wireCode() + 1
                && (current == SnapshotState.FILE_COPY || current == SnapshotState.PAGE_COPY)) {
            applySummary(file);
        } else {
            throw new MalformedPacketException(
                    "FileDescriptor", "state", 12, file.state() + " while the recipient is in " + current);
        }
    }

    private void applyRedo(FileDescriptor file) throws CloneException {
        if (file.fileIndex() >= MAX_REDO_FILES) {
            throw unknownIndex(file, "< " + MAX_REDO_FILES);
        }
        addRedoFile(file, file.fileIndex());
        for (long index = 1; index < redoNaming.minFiles(); index++) {
            addRedoFile(file, index);
        }
    }

    private void addRedoFile(FileDescriptor file, long index) throws CloneException {
        if (files.hasRedoFile(index)) {
            return;
        }
        Path path = redoPath(index);
        log.note(new FileLog.Entry(true, index, file, false, false, false, ""), false);
        directory.createFile(path);
        files.addRedoFile(index, new TargetFile(file, path));
    }

    Path redoPath(long index) {
        return directory.root().resolve(redoNaming.folder()).resolve(redoNaming.fileName(index));
    }

    private void applyDataFile(FileDescriptor file) throws CloneException {
        if (file.fileIndex() < files.dataFileCount()) {
            return;
        }
        requireNext(file, files.dataFileCount());
        Path path = resolve(file);
        log.note(entry(file, false, false, false, ""), false);
        directory.createFile(path);
        files.addDataFile(new TargetFile(file, path));
    }

    private void applySummary(FileDescriptor file) throws CloneException {
        boolean isNew = file.fileIndex() >= files.dataFileCount();
        if (isNew) {
            requireNext(file, files.dataFileCount());
            applyNew(file);
        } else if (file.isDeleted()) {
            applyDelete(known(file));
        } else if (file.isRenamed()) {
            applyRename(known(file), file);
        } else {
            TargetFile target = known(file);
            if (!renames.containsKey(target)) {
                log.note(entry(file, false, false, false, ""), true);
            }
            target.redefine(file, target.path());
        }
    }

    private void applyNew(FileDescriptor file) throws CloneException {
        Path path = resolve(file);
        TargetFile target = new TargetFile(file, path);
        log.note(entry(file, file.isDeleted(), file.isDeleted(), !file.isDeleted(), ""), true);
        if (file.isDeleted()) {
            target.drop();
            gone.add(target);
        } else {
            Path temporary = withSuffix(path);
            Durable.delete(temporary);
            directory.createFile(temporary);
            writeInitialPages(file, temporary);
            target.redefine(file, temporary);
            renames.put(target, path);
            events.accept(new CloneEvent.FileChanged(file.name(), "created"));
        }
        files.addDataFile(target);
    }

    private void applyDelete(TargetFile target) throws CloneException {
        if (!gone.add(target)) {
            return;
        }
        log.note(entry(target.descriptor(), true, true, false, ""), true);
        target.drop();
        renames.remove(target);
        openFiles.closeIdle();
        Durable.delete(target.path());
        directory.touched(target.path().getParent());
        events.accept(new CloneEvent.FileChanged(target.descriptor().name(), "dropped"));
    }

    private void applyRename(TargetFile target, FileDescriptor file) throws CloneException {
        Path path = resolve(file);
        Path temporary = withSuffix(path);
        if (target.path().equals(temporary) || target.path().equals(path)) {
            target.redefine(file, target.path()); // the donor tells it again
            return;
        }
        openFiles.closeIdle();
        log.note(entry(file, false, false, true, target.descriptor().name()), true);
        Durable.delete(temporary);
        directory.createFile(temporary);
        Durable.rename(target.path(), temporary);
        directory.touched(target.path().getParent());
        events.accept(new CloneEvent.FileChanged(target.descriptor().name(), "renamed to " + file.name()));
        target.redefine(file, temporary);
        renames.put(target, path);
    }

    /** Gives files their final names. To be called when the summary between two states is complete. */
    public synchronized void finishRenames() throws CloneException {
        openFiles.closeIdle();
        for (Map.Entry<TargetFile, Path> rename : renames.entrySet()) {
            TargetFile target = rename.getKey();
            Path path = rename.getValue();
            directory.createFile(path);
            Durable.rename(target.path(), path);
            target.redefine(target.descriptor(), path);
        }
        renames.clear();
    }

    /** Takes up a file as another process left it. */
    void restore(FileLog.Entry entry, TargetFile file, Optional<Path> finalPath) {
        finalPath.ifPresent(path -> renames.put(file, path));
        if (entry.deleted()) {
            gone.add(file);
        }
        if (entry.redo()) {
            files.addRedoFile(entry.index(), file);
        } else {
            files.addDataFile(file);
        }
    }

    private static FileLog.Entry entry(
            FileDescriptor file, boolean dropped, boolean deleted, boolean moving, String oldName) {
        return new FileLog.Entry(false, file.fileIndex(), file, dropped, deleted, moving, oldName);
    }

    Path resolve(FileDescriptor file) throws CloneException {
        String name = file.name();
        if (name.isEmpty()) {
            throw new MalformedPacketException("FileDescriptor", "name", 62, "missing for a data file");
        }
        boolean baseName =
                name.equals(BUFFER_POOL_FILE) || file.spaceId() == SpaceIds.SYSTEM || SpaceIds.isUndo(file.spaceId());
        if (baseName) {
            return directory.resolveBaseName(name);
        }
        Path path = directory.resolveTablespace(name, new FspFlags(file.fspFlags()).isGeneral());
        if (name.startsWith("/") && relocated.put(name, path) == null) {
            events.accept(new CloneEvent.TablespaceRelocated(name, path.toString()));
        }
        return path;
    }

    void writeInitialPages(FileDescriptor file, Path path) throws CloneException {
        FspFlags flags = new FspFlags(file.fspFlags());
        ByteBuffer firstPage = TablespaceFirstPage.create(
                file.spaceId(), flags, pageSize, serverVersionNumber, file.key().map(keys::wrap));
        long size = TablespaceFirstPage.initialFileSize(file.spaceId(), flags, pageSize);
        OpenFile open = openFiles.acquire(path);
        try {
            open.write(firstPage, 0);
            open.write(ByteBuffer.allocate(1), size - 1);
        } finally {
            openFiles.release(open);
        }
    }

    private TargetFile known(FileDescriptor file) {
        if (file.fileIndex() >= files.dataFileCount()) {
            throw unknownIndex(file, "< " + files.dataFileCount());
        }
        return files.dataFile(file.fileIndex());
    }

    private static void requireNext(FileDescriptor file, int next) {
        if (file.fileIndex() != next) {
            throw unknownIndex(file, "<= " + next);
        }
    }

    private static MalformedPacketException unknownIndex(FileDescriptor file, String expected) {
        return new MalformedPacketException(
                "FileDescriptor", "fileIndex", 46, file.fileIndex() + " (expected: " + expected + ')');
    }

    static Path withSuffix(Path path) {
        return path.resolveSibling(path.getFileName() + RENAME_SUFFIX);
    }

    /** Donor's absolute path to local path of the tablespaces outside the donor's data directory. */
    public synchronized Map<String, Path> relocated() {
        List<String> gone = new ArrayList<>(relocated.keySet());
        files.liveFiles().forEach(file -> gone.remove(file.descriptor().name()));
        gone.forEach(relocated::remove);
        return Map.copyOf(relocated);
    }
}
