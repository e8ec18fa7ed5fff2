package org.jclone.recipient.apply;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.ExtentGeometry;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.recipient.verify.PageRegion;

/**
 * The files of a clone by their index in the protocol. Data files and redo files are numbered separately. Data files are announced in the order of their index. Redo files may not be, because a worker connection may receive a later one before the main connection receives the first. Thread-safe.
 */
public final class FileTable {

    /** 2^32 pages of 64 KiB, the largest file of InnoDB. */
    private static final long MAX_FILE_BYTES = 1L << 48;

    /** Number of page checksums that fit into a file of 16 TiB, the limit of ext4. */
    private static final long MAX_SLOTS = (1L << 42) - (1L << 12);

    /** Two GiB of heap, and more files than any server has. The limit is needed because a DDL summary does not announce its number of files. */
    private static final int MAX_DATA_FILES = 1 << 22;

    private final List<TargetFile> dataFiles = new ArrayList<>();
    private final NavigableMap<Long, TargetFile> redoFiles = new TreeMap<>();

    private final int pageSize;
    private final Supplier<SnapshotState> state;
    private final Map<Integer, Long> raisedSizes = new TreeMap<>();

    /**
     * @param pageSize the donor's {@code innodb_page_size}
     * @param state returns the state of the snapshot
     */
    public FileTable(int pageSize, Supplier<SnapshotState> state) {
        this.pageSize = pageSize;
        this.state = state;
    }

    /**
     * Returns the file of a block.
     *
     * @throws MalformedPacketException if the block is not of the current state, the index is unknown, or the block is beyond the capacity of the file
     */
    synchronized TargetFile fileOf(DataDescriptor block) {
        SnapshotState current = state.get();
        if (block.state() != current) {
            throw new MalformedPacketException(
                    "DataDescriptor", "state", 12, block.state() + " while the recipient is in " + current);
        }
        TargetFile file = block.state() == SnapshotState.REDO_COPY
                ? redoFiles.get(block.fileIndex())
                : block.fileIndex() < dataFiles.size() ? dataFiles.get((int) block.fileIndex()) : null;
        if (file == null) {
            throw new MalformedPacketException(
                    "DataDescriptor",
                    "fileIndex",
                    28,
                    block.fileIndex() + " (expected: that of a file described before)");
        }
        long capacity = capacity(file);
        if (block.fileOffset() > capacity - block.dataLength()) {
            throw new MalformedPacketException(
                    "DataDescriptor",
                    "fileOffset",
                    36,
                    block.fileOffset() + " and " + block.dataLength() + " bytes (expected: up to " + capacity + ')');
        }
        if (block.fileSize() > MAX_FILE_BYTES) {
            throw new MalformedPacketException(
                    "DataDescriptor", "fileSize", 44, block.fileSize() + " (expected: <= 2^48)");
        }
        return file;
    }

    /** Raises the size of a file. Only PAGE COPY makes files grow, and a page may arrive before the page 0 with the new size. */
    private long capacity(TargetFile file) {
        return state.get() == SnapshotState.PAGE_COPY
                ? MAX_FILE_BYTES
                : Math.min(MAX_FILE_BYTES, file.descriptor().fileSize());
    }

    /**
     * Applies the size in page 0 of a tablespace. If the tablespace has several files, each keeps its size and the last gets the rest.
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
        if (rest > dataFiles.get(current).size()) {
            dataFiles.get(current).raiseSize(rest);
            raisedSizes.put(current, rest);
        }
    }

    /** Returns the indexes and sizes of the data files that have grown since the last call. */
    public synchronized Map<Integer, Long> drainRaisedSizes() {
        Map<Integer, Long> raised = new TreeMap<>(raisedSizes);
        raisedSizes.clear();
        return raised;
    }

    synchronized void addDataFile(TargetFile file) {
        file.setRegion(regionAfterLast(file));
        dataFiles.add(file);
    }

    /**
     * Assigns the position of a file's page checksums by the descriptors alone, in the order of their index, so that a resumed clone finds them at the same position.
     */
    private PageRegion regionAfterLast(TargetFile file) {
        TargetFile last = dataFiles.isEmpty() ? null : dataFiles.get(dataFiles.size() - 1);
        long firstSlot =
                last == null ? 0 : last.region().firstSlot() + last.region().slots();
        if (!file.isTablespace()) {
            return new PageRegion(dataFiles.size(), firstSlot, 0, 0);
        }
        FspFlags flags = new FspFlags(file.descriptor().fspFlags());
        int pageBytes = flags.physicalPageSize(pageSize);
        boolean continues = last != null
                && last.isTablespace()
                && last.descriptor().spaceId() == file.descriptor().spaceId();
        long firstPage =
                continues ? last.region().firstPage() + last.descriptor().fileSize() / pageBytes : 0;
        long bytes = Math.min(MAX_FILE_BYTES, file.descriptor().fileSize());
        long slots = ExtentGeometry.alignedSize(bytes, flags, pageSize) / pageBytes + 1;
        if (slots > MAX_SLOTS - firstSlot) {
            throw new MalformedPacketException(
                    "FileDescriptor",
                    "fileSize",
                    16,
                    bytes + " (expected: less than 2^42 pages in all files, there are " + firstSlot + " before it)");
        }
        return new PageRegion(dataFiles.size(), firstSlot, slots, firstPage);
    }

    synchronized void addRedoFile(long index, TargetFile file) {
        redoFiles.put(index, file);
    }

    synchronized TargetFile redoFile(long index) {
        return redoFiles.get(index);
    }

    synchronized boolean hasRedoFile(long index) {
        return redoFiles.containsKey(index);
    }

    /** @throws MalformedPacketException if no file with this index was announced */
    synchronized TargetFile known(FileDescriptor file) {
        if (file.fileIndex() >= dataFiles.size()) {
            throw unknownIndex(file, "< " + dataFiles.size());
        }
        return dataFile(file.fileIndex());
    }

    /** @throws MalformedPacketException if an index before this one was skipped, or this one is above the limit */
    synchronized void requireNext(FileDescriptor file) {
        if (file.fileIndex() >= MAX_DATA_FILES) {
            throw unknownIndex(file, "< " + MAX_DATA_FILES);
        }
        if (file.fileIndex() != dataFiles.size()) {
            throw unknownIndex(file, "<= " + dataFiles.size());
        }
    }

    static MalformedPacketException unknownIndex(FileDescriptor file, String expected) {
        return new MalformedPacketException(
                "FileDescriptor", "fileIndex", 46, file.fileIndex() + " (expected: " + expected + ')');
    }

    synchronized TargetFile dataFile(long index) {
        return dataFiles.get((int) index);
    }

    public synchronized int dataFileCount() {
        return dataFiles.size();
    }

    /** Whether the donor dropped a file during the clone. */
    synchronized boolean hasDropped() {
        return dataFiles.stream().anyMatch(TargetFile::isDropped);
    }

    /** Returns the redo files in the order of their index. */
    public synchronized List<TargetFile> redoFiles() {
        return List.copyOf(redoFiles.values());
    }

    /** Returns the data files in the order of their index, then the redo files, without those that the donor dropped. */
    public synchronized List<TargetFile> liveFiles() {
        List<TargetFile> files = new ArrayList<>(dataFiles);
        files.addAll(redoFiles.values());
        files.removeIf(TargetFile::isDropped);
        return files;
    }

    /** Returns which files are encrypted, for the setup of a server on the clone. */
    public TargetEncryption encryption(Optional<Path> keyringFile, String masterKey) {
        List<FileDescriptor> encrypted = liveFiles().stream()
                .map(TargetFile::descriptor)
                .filter(FileDescriptor::isEncrypted)
                .toList();
        long redo = encrypted.stream()
                .filter(file -> file.spaceId() == SpaceIds.REDO)
                .count();
        boolean undo = encrypted.stream().anyMatch(file -> SpaceIds.isUndo(file.spaceId()));
        return new TargetEncryption(keyringFile, masterKey, (int) (encrypted.size() - redo), redo > 0, undo);
    }
}
