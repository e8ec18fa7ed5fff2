package org.jclone.recipient.storage;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.StorageException;

/**
 * The files being written. At most a few hundred are open, regardless of the donor's number of files. The least
 * recently used are closed first, and only after they are flushed, see {@link OpenFile}.
 */
public final class OpenFiles {

    private static final int MAX_IDLE = 256;
    private static final float LOAD_FACTOR = 0.75f;

    private final DirectIo directIo;
    private final Set<Path> written = new LinkedHashSet<>();
    private final Map<Path, OpenFile> files = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    /** A write-back error. The kernel reports it once, so it is kept here. */
    private Optional<StorageException> failure = Optional.empty();

    public OpenFiles(DirectIo directIo) {
        this.directIo = directIo;
    }

    /** Opens {@code path}, which must exist. Pair each call with one of {@link #release}. */
    public synchronized OpenFile acquire(Path path) throws StorageException {
        OpenFile file = files.get(path);
        if (file == null) {
            closeIdle(MAX_IDLE);
            file = new OpenFile(path, directIo);
            files.put(path, file);
        }
        file.acquire();
        return file;
    }

    /** Marks the file as written: a flush that begins later includes everything written before this call. */
    public synchronized void release(OpenFile file) {
        written.add(file.path());
        file.release();
    }

    /** Returns the files written since the last call. Some may have been renamed or deleted. */
    public synchronized Set<Path> drainWritten() {
        Set<Path> drained = new LinkedHashSet<>(written);
        written.clear();
        return drained;
    }

    /** Flushes what was written to a file before. A file that no longer exists needs no flush. */
    public void flush(Path path) throws StorageException {
        Optional<OpenFile> file = find(path);
        if (file.isEmpty()) {
            Durable.flushFile(path);
            return;
        }
        try {
            file.get().flush();
        } finally {
            leave(file.get());
        }
    }

    private synchronized Optional<OpenFile> find(Path path) {
        Optional<OpenFile> file = Optional.ofNullable(files.get(path));
        file.ifPresent(OpenFile::acquire);
        return file;
    }

    private synchronized void leave(OpenFile file) {
        file.release();
    }

    /** Throws an earlier write-back error. Call this after flushes, before claiming that data is on disk. */
    public synchronized void requireNothingLost() throws StorageException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Flushes and closes all files that no thread writes. Call this before renaming or deleting files. */
    public synchronized void closeIdle() throws StorageException {
        closeIdle(0);
    }

    /** Closes all files that no thread writes, without regard to unflushed data. */
    public synchronized void close() throws StorageException {
        Optional<StorageException> refused = Optional.empty();
        for (Iterator<OpenFile> left = files.values().iterator(); left.hasNext(); ) {
            OpenFile file = left.next();
            if (file.isIdle()) {
                left.remove();
                try {
                    file.close();
                } catch (StorageException e) {
                    refused = Optional.of(e);
                }
            }
        }
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private void closeIdle(int keep) throws StorageException {
        Iterator<OpenFile> oldestFirst = files.values().iterator();
        while (files.size() > keep && oldestFirst.hasNext()) {
            OpenFile file = oldestFirst.next();
            if (file.isIdle()) {
                flushAndClose(file);
                oldestFirst.remove();
            }
        }
    }

    private void flushAndClose(OpenFile file) throws StorageException {
        try {
            if (file.isUnflushed()) {
                file.flush();
                written.remove(file.path());
            }
            file.close();
        } catch (StorageException e) {
            failure = Optional.of(e);
            throw e;
        }
    }
}
