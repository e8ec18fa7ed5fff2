package org.jclone.recipient.apply;

import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.SpaceIds;

/** Descriptors of a donor with 16 KiB pages; each method returns a copy with one change. */
record Descriptors(
        SnapshotState state,
        long size,
        long fspFlags,
        long fsBlockSize,
        int flags,
        long spaceId,
        long index,
        String name) {

    static final int PAGE_SIZE = 16 << 10;

    /** Flags of a file-per-table tablespace with an SDI. */
    static final long TABLE = 0x4021;

    static final long GENERAL_TABLESPACE = 0x4821;

    /** A table's file of seven pages, in FILE COPY. */
    static Descriptors table(long index, String name) {
        return new Descriptors(SnapshotState.FILE_COPY, 7 * PAGE_SIZE, TABLE, 4096, 0, 100 + index, index, name);
    }

    static Descriptors redo(long index, long size) {
        return new Descriptors(
                SnapshotState.REDO_COPY, size, FileDescriptor.NO_FSP_FLAGS, 0, 0, SpaceIds.REDO, index, "");
    }

    Descriptors in(SnapshotState newState) {
        return new Descriptors(newState, size, fspFlags, fsBlockSize, flags, spaceId, index, name);
    }

    Descriptors sized(long newSize) {
        return new Descriptors(state, newSize, fspFlags, fsBlockSize, flags, spaceId, index, name);
    }

    Descriptors flagged(int newFlags) {
        return new Descriptors(state, size, fspFlags, fsBlockSize, newFlags, spaceId, index, name);
    }

    Descriptors onBlocksOf(long newFsBlockSize) {
        return new Descriptors(state, size, fspFlags, newFsBlockSize, flags, spaceId, index, name);
    }

    Descriptors withSpace(long newSpaceId, long newFspFlags) {
        return new Descriptors(state, size, newFspFlags, fsBlockSize, flags, newSpaceId, index, name);
    }

    Descriptors renamed() {
        return flagged(FileDescriptor.FLAG_RENAMED);
    }

    Descriptors deleted() {
        return flagged(FileDescriptor.FLAG_DELETED);
    }

    FileDescriptor file() {
        return new FileDescriptor(
                100, state, size, size, fspFlags, fsBlockSize, flags, spaceId, index, 1, 1, name, Optional.empty());
    }

    static DataDescriptor block(SnapshotState state, long index, long offset, long length, long fileSize) {
        return new DataDescriptor(100, state, 0, 1, 1, index, length, offset, fileSize);
    }
}
