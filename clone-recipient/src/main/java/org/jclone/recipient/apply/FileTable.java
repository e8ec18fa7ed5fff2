package org.jclone.recipient.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The files of a clone by their index on the wire: data files and redo files, two spaces of numbers. Data files come in
 * the order of their index; redo files may not, since a worker may hear of a later one before the main connection
 * has told of the first. Thread-safe.
 */
public final class FileTable {

    /** 2^32 pages of 64 KiB: no file of InnoDB is larger. */
    private static final long MAX_FILE_BYTES = 1L << 48;

    private final List<TargetFile> dataFiles = new ArrayList<>();
    private final NavigableMap<Long, TargetFile> redoFiles = new TreeMap<>();

    /**
     * The file a block belongs to.
     *
     * @throws MalformedPacketException if the index is unknown, or the block lies beyond what a file can hold
     */
    synchronized TargetFile fileOf(DataDescriptor block) {
        TargetFile file = block.state() == SnapshotState.REDO_COPY
                ? redoFiles.get(block.fileIndex())
                : block.fileIndex() < dataFiles.size() ? dataFiles.get((int) block.fileIndex()) : null;
        if (file == null) {
            throw new MalformedPacketException(
                    "DataDescriptor", "fileIndex", 28, block.fileIndex() + " (expected: that of a file described before)");
        }
        if (block.fileOffset() > MAX_FILE_BYTES - block.dataLength()) {
            throw new MalformedPacketException(
                    "DataDescriptor", "fileOffset", 36, block.fileOffset() + " (expected: < 2^48)");
        }
        return file;
    }

    /**
     * Page 0 of a tablespace came with a new size of the space, which may consist of several files: each keeps what it
     * has, the last gets the rest.
     */
    synchronized void raiseSpaceSize(int index, long spaceSize) {
        long rest = spaceSize;
        int current = index;
        long spaceId = dataFiles.get(index).descriptor().spaceId();
        while (current + 1 < dataFiles.size()
                && rest > dataFiles.get(current).size()
                && dataFiles.get(current + 1).descriptor().spaceId() == spaceId) {
            rest -= dataFiles.get(current).size();
            current++;
        }
        dataFiles.get(current).raiseSize(rest);
    }

    synchronized void addDataFile(TargetFile file) {
        dataFiles.add(file);
    }

    synchronized void addRedoFile(long index, TargetFile file) {
        redoFiles.put(index, file);
    }

    synchronized boolean hasRedoFile(long index) {
        return redoFiles.containsKey(index);
    }

    synchronized TargetFile dataFile(long index) {
        return dataFiles.get((int) index);
    }

    public synchronized int dataFileCount() {
        return dataFiles.size();
    }

    /** Data files in the order of their index, then redo files; those the donor dropped are left out. */
    public synchronized List<TargetFile> liveFiles() {
        List<TargetFile> files = new ArrayList<>(dataFiles);
        files.addAll(redoFiles.values());
        files.removeIf(TargetFile::isDropped);
        return files;
    }
}
