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
 * The files being written, at most a few hundred at a time however many the donor has; least recently used go first,
 * and not before they are on disk, see {@link OpenFile}.
 */
public final class OpenFiles {

    private static final int MAX_IDLE = 256;
    private static final float LOAD_FACTOR = 0.75f;

    private final DirectIo directIo;
    private final Set<Path> written = new LinkedHashSet<>();
    private final Map<Path, OpenFile> files = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    /** What the kernel told us and will tell nobody else. */
    private Optional<StorageException> failure = Optional.empty();

    public OpenFiles(DirectIo directIo) {
        this.directIo = directIo;
    }

    /** Opens {@code path}, which must exist; each call is followed by one of {@link #release}. */
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

    /** Marks the file as written: a flush that begins later includes what was written before this call. */
    public synchronized void release(OpenFile file) {
        written.add(file.path());
        file.release();
    }

    /** The files that were written since the last call, some of which may be renamed or gone. */
    public synchronized Set<Path> drainWritten() {
        Set<Path> drained = new LinkedHashSet<>(written);
        written.clear();
        return drained;
    }

    /** Brings to disk what was written to a file before; one that is gone meanwhile needs no flush. */
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

    /** To be called after flushes, before it is claimed that what was written is there. */
    public synchronized void requireNothingLost() throws StorageException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Flushes and closes all files that nobody writes; before files are renamed or deleted. */
    public synchronized void closeIdle() throws StorageException {
        closeIdle(0);
    }

    /** Closes all files that nobody writes, whatever becomes of what was written. */
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
