package org.jclone.donor.clone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.donor.source.DdlEvent;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * What DDL did to the files of a clone, state by state: one descriptor for each file that differs from its last
 * announcement.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 4.5.
 */
final class DdlSummary implements DdlEvent.Handler<Void> {

    /** A file that DDL created has no meaningful chunks; a MySQL donor sends 1 and 1. */
    private static final long NO_CHUNK = 1;

    private final FilePlan plan;
    private final int copiedFiles;
    private final List<SourceFile> files;
    private final Map<Integer, Integer> changes = new LinkedHashMap<>();

    private DdlSummary(List<SourceFile> files, FilePlan plan) {
        this.plan = plan;
        this.copiedFiles = files.size();
        this.files = new ArrayList<>(files);
    }

    /** Returns the descriptors that precede the start of PAGE_COPY and of REDO_COPY. */
    static Map<SnapshotState, List<FileDescriptor>> of(List<SourceFile> files, FilePlan plan, List<DdlEvent> events) {
        DdlSummary summary = new DdlSummary(files, plan);
        Map<SnapshotState, List<FileDescriptor>> byState = new LinkedHashMap<>();
        byState.put(SnapshotState.PAGE_COPY, summary.take(SnapshotState.FILE_COPY, SnapshotState.PAGE_COPY, events));
        byState.put(SnapshotState.REDO_COPY, summary.take(SnapshotState.PAGE_COPY, SnapshotState.REDO_COPY, events));
        return byState;
    }

    private List<FileDescriptor> take(SnapshotState during, SnapshotState next, List<DdlEvent> events) {
        int known = files.size();
        changes.clear();
        events.stream().filter(event -> event.during() == during).forEach(event -> event.accept(this));
        return changes.entrySet().stream()
                .map(change -> {
                    int index = change.getKey();
                    int renamed = index < known ? change.getValue() : change.getValue() & ~FileDescriptor.FLAG_RENAMED;
                    return describe(index, next, renamed);
                })
                .toList();
    }

    private FileDescriptor describe(int index, SnapshotState next, int ddlFlags) {
        boolean copied = index < copiedFiles;
        return descriptor(
                files.get(index),
                next,
                index,
                ddlFlags,
                copied ? plan.firstChunk(index) : NO_CHUNK,
                copied ? plan.lastChunk(index) : NO_CHUNK);
    }

    static FileDescriptor descriptor(
            SourceFile file, SnapshotState state, int index, int ddlFlags, long firstChunk, long lastChunk) {
        return new FileDescriptor(
                DescriptorHeader.VERSION,
                state,
                file.size(),
                file.allocatedSize(),
                file.fspFlags().value(),
                file.fsBlockSize(),
                file.flags() | ddlFlags,
                file.spaceId(),
                index,
                firstChunk,
                lastChunk,
                file.name(),
                Optional.empty());
    }

    private Void change(int index, SourceFile file, int flag) {
        files.set(index, file);
        changes.merge(index, flag, (before, now) -> before | now);
        return null;
    }

    @Override
    public Void onCreate(DdlEvent.Create event) {
        files.add(event.file());
        return change(files.size() - 1, event.file(), 0);
    }

    @Override
    public Void onRename(DdlEvent.Rename event) {
        int index = event.fileIndex();
        return change(index, files.get(index).withName(event.newName()), FileDescriptor.FLAG_RENAMED);
    }

    @Override
    public Void onDrop(DdlEvent.Drop event) {
        int index = event.fileIndex();
        return change(index, files.get(index), FileDescriptor.FLAG_DELETED);
    }

    @Override
    public Void onAlter(DdlEvent.Alter event) {
        int index = event.fileIndex();
        return change(index, files.get(index).withFlags(event.newFlags()), 0);
    }
}
