package org.jclone.recipient.apply;

import java.util.ArrayList;
import java.util.List;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The files of a clone by their index on the wire: data files and redo files, two spaces of numbers. Indexes are
 * contiguous, so the table never grows by more than what the donor described. Thread-safe.
 */
public final class FileTable {

    /** 2^32 pages of 64 KiB: no file of InnoDB is larger. */
    private static final long MAX_FILE_BYTES = 1L << 48;

    private final List<TargetFile> dataFiles = new ArrayList<>();
    private final List<TargetFile> redoFiles = new ArrayList<>();

    /**
     * The file a block belongs to.
     *
     * @throws MalformedPacketException if the index is unknown, or the block lies beyond what a file can hold
     */
    synchronized TargetFile fileOf(DataDescriptor block) {
        List<TargetFile> files = block.state() == SnapshotState.REDO_COPY ? redoFiles : dataFiles;
        if (block.fileIndex() >= files.size()) {
            throw new MalformedPacketException(
                    "DataDescriptor", "fileIndex", 28, block.fileIndex() + " (expected: < " + files.size() + ')');
        }
        if (block.fileOffset() > MAX_FILE_BYTES - block.dataLength()) {
            throw new MalformedPacketException(
                    "DataDescriptor", "fileOffset", 36, block.fileOffset() + " (expected: < 2^48)");
        }
        return files.get((int) block.fileIndex());
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

    synchronized void addRedoFile(TargetFile file) {
        redoFiles.add(file);
    }

    synchronized TargetFile dataFile(long index) {
        return dataFiles.get((int) index);
    }

    public synchronized int dataFileCount() {
        return dataFiles.size();
    }

    synchronized int redoFileCount() {
        return redoFiles.size();
    }

    /** Data files in the order of their index, then redo files; those the donor dropped are left out. */
    public synchronized List<TargetFile> liveFiles() {
        List<TargetFile> files = new ArrayList<>(dataFiles);
        files.addAll(redoFiles);
        files.removeIf(TargetFile::isDropped);
        return files;
    }
}
