package org.jclone.donor.clone;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.DataSource;
import org.jclone.donor.source.DdlEvent;
import org.jclone.donor.source.RedoLog;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.page.SpaceIds;

/** What a source sends in each state, and the descriptors that announce it. Shared by all clones of the source. */
final class SnapshotPlan {

    private static final long VERSION = DescriptorHeader.VERSION;

    private final DataSource source;
    private final FilePlan files;

    /** The copied files, then the files that DDL creates. */
    private final List<SourceFile> allFiles;

    private final Map<SnapshotState, StatePlan> plans = new EnumMap<>(SnapshotState.class);
    private final Map<SnapshotState, List<FileDescriptor>> ddl;
    private final long diskBytes;

    SnapshotPlan(DataSource source) {
        this.source = source;
        files = new FilePlan(source.files(), source.pageSize());
        allFiles = new ArrayList<>(source.files());
        for (DdlEvent event : source.ddl()) {
            if (event instanceof DdlEvent.Create create) {
                allFiles.add(create.file());
            }
        }
        plans.put(SnapshotState.FILE_COPY, files);
        plans.put(SnapshotState.PAGE_COPY, new PagePlan(source.modifiedPages()));
        plans.put(SnapshotState.REDO_COPY, new RedoPlan(source.redo()));
        ddl = DdlSummary.of(source.files(), files, source.ddl());
        diskBytes = source.files().stream().mapToLong(SourceFile::allocatedSize).sum() + source.redoDiskBytes();
    }

    DataSource source() {
        return source;
    }

    /** @throws DonorErrorException if the data has changed since the donor began to serve it */
    void requireUnchanged() throws DonorErrorException {
        try {
            source.requireUnchanged();
        } catch (IOException e) {
            throw DonorErrorException.internal("the clone cannot be completed: " + e.getMessage());
        }
    }

    StatePlan plan(SnapshotState state) {
        return plans.getOrDefault(state, StatePlan.NOTHING);
    }

    /** @param estimates whether to send an estimate, which only the master does */
    StateDescriptor start(SnapshotState state, int task, boolean estimates) {
        return estimates
                ? descriptor(state, task, plan(state).bytes(), diskBytes, StateDescriptor.START)
                : descriptor(state, task, 0, 0, StateDescriptor.START);
    }

    StateDescriptor end(SnapshotState state, int task) {
        return descriptor(state, task, 0, 0, 0);
    }

    StateDescriptor keepAlive(SnapshotState state, int task) {
        return descriptor(state, task, 0, 0, StateDescriptor.START | StateDescriptor.ACK);
    }

    private StateDescriptor descriptor(SnapshotState state, int task, long bytes, long estimatedDiskBytes, int flags) {
        StatePlan plan = plan(state);
        return new StateDescriptor(
                VERSION, state, task, plan.chunkCount(), plan.fileCount(), bytes, estimatedDiskBytes, flags);
    }

    DataDescriptor data(SnapshotState state, int task, long chunk, int number, Block block) {
        return new DataDescriptor(
                VERSION,
                state,
                task,
                chunk,
                number,
                block.fileIndex(),
                block.length(),
                block.fileOffset(),
                block.fileSize());
    }

    /** Returns what precedes the start of {@code state}: the files that DDL changed in the state before. */
    List<FileDescriptor> ddlBefore(SnapshotState state) {
        return ddl.getOrDefault(state, List.of());
    }

    /** Returns what follows the start of {@code state}: its files. */
    List<FileDescriptor> filesOf(SnapshotState state) {
        List<FileDescriptor> descriptors = new ArrayList<>();
        if (state == SnapshotState.FILE_COPY) {
            for (int i = 0; i < source.files().size(); i++) {
                descriptors.add(DdlSummary.descriptor(
                        source.files().get(i), state, i, 0, files.firstChunk(i), files.lastChunk(i)));
            }
        } else if (state == SnapshotState.REDO_COPY) {
            for (int i = 0; i < source.redo().fileCount(); i++) {
                descriptors.add(redoFile(i));
            }
        }
        return descriptors;
    }

    FileDescriptor redoFile(int index) {
        RedoLog redo = source.redo();
        long firstChunk = 1
                + redo.chunksOfFile().stream()
                        .limit(index)
                        .mapToLong(Integer::longValue)
                        .sum();
        return new FileDescriptor(
                VERSION,
                SnapshotState.REDO_COPY,
                redo.fileSize(),
                0,
                FileDescriptor.NO_FSP_FLAGS,
                0,
                0,
                SpaceIds.REDO,
                index,
                firstChunk,
                firstChunk + redo.chunksOfFile().get(index) - 1,
                "",
                Optional.empty());
    }

    /** Announces, within {@code state} and instead of {@code chunk}, that a file was dropped. */
    FileDescriptor dropped(SnapshotState state, int index, long chunk) {
        return DdlSummary.descriptor(allFiles.get(index), state, index, FileDescriptor.FLAG_DELETED, chunk, 0);
    }
}
