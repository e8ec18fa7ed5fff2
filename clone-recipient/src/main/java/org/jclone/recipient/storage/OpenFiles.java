package org.jclone.recipient.storage;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jclone.recipient.api.StorageException;

/**
 * The files being written, at most a few hundred at a time however many the donor has; least recently used go first.
 */
public final class OpenFiles {

    private static final int MAX_IDLE = 256;
    private static final float LOAD_FACTOR = 0.75f;

    private final DirectIo directIo;
    private final Set<Path> written = new LinkedHashSet<>();
    private final Map<Path, OpenFile> files = new LinkedHashMap<>(16, LOAD_FACTOR, true);

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

    /** Closes all files that nobody writes; before files are renamed or deleted, and at the end. */
    public synchronized void closeIdle() throws StorageException {
        closeIdle(0);
    }

    private void closeIdle(int keep) throws StorageException {
        Iterator<OpenFile> oldestFirst = files.values().iterator();
        while (files.size() > keep && oldestFirst.hasNext()) {
            OpenFile file = oldestFirst.next();
            if (file.isIdle()) {
                oldestFirst.remove();
                file.close();
            }
        }
    }
}
