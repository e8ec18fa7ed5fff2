package org.jclone.donor.server;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.DataSource;
import org.jclone.donor.source.DdlEvent;
import org.jclone.donor.source.RedoLog;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.PluginV2Response;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;

/** The files, pages and redo log of a recorded donor, as far as descriptors show them. All bytes are zero. */
final class RecordedSource implements DataSource {

    private static final int PAGE_SIZE = 16384;

    /** A server of 8.0.30 or later divides its redo capacity into this many files. */
    private static final int REDO_FILES = 32;

    private final List<SourceFile> files;
    private final List<Block> modifiedPages;
    private final RedoLog redo;

    RecordedSource(Recorded recorded) {
        files = filesOf(recorded, SnapshotState.FILE_COPY).stream()
                .map(RecordedSource::file)
                .toList();
        modifiedPages = blocks(recorded, SnapshotState.PAGE_COPY).values().stream()
                .flatMap(List::stream)
                .toList();
        redo = redoOf(recorded);
    }

    private static List<FileDescriptor> filesOf(Recorded recorded, SnapshotState state) {
        Map<Long, FileDescriptor> byIndex = new TreeMap<>();
        recorded.descriptors(FileDescriptor.class).stream()
                .filter(file -> file.state() == state)
                .forEach(file -> byIndex.put(file.fileIndex(), file));
        return List.copyOf(byIndex.values());
    }

    private static SourceFile file(FileDescriptor file) {
        return new SourceFile(
                file.name(),
                file.spaceId(),
                new FspFlags(file.fspFlags()),
                file.fileSize(),
                file.allocatedSize(),
                file.fsBlockSize(),
                file.flags());
    }

    /** Returns the blocks by chunk, each once, in the order of the file. */
    private static Map<Long, List<Block>> blocks(Recorded recorded, SnapshotState state) {
        Map<Long, LinkedHashSet<Block>> byChunk = new TreeMap<>();
        recorded.descriptors(DataDescriptor.class).stream()
                .filter(data -> data.state() == state)
                .forEach(data -> byChunk.computeIfAbsent(data.chunk(), chunk -> new LinkedHashSet<>())
                        .add(new Block(
                                (int) data.fileIndex(), data.fileOffset(), (int) data.dataLength(), data.fileSize())));
        Map<Long, List<Block>> blocks = new LinkedHashMap<>();
        byChunk.forEach((chunk, found) -> blocks.put(chunk, List.copyOf(found)));
        return blocks;
    }

    private static RedoLog redoOf(Recorded recorded) {
        StateDescriptor start = recorded.descriptors(StateDescriptor.class).stream()
                .filter(state -> state.state() == SnapshotState.REDO_COPY && state.isStart() && !state.isAck())
                .findFirst()
                .orElseThrow();
        Map<Long, List<Block>> blocks = blocks(recorded, SnapshotState.REDO_COPY);
        List<List<Block>> chunks = new ArrayList<>();
        for (long chunk = 1; chunk <= start.chunkCount(); chunk++) {
            chunks.add(blocks.getOrDefault(chunk, List.of()));
        }
        List<FileDescriptor> redoFiles = filesOf(recorded, SnapshotState.REDO_COPY);
        List<Integer> chunksOfFile = redoFiles.stream()
                .map(file -> (int) (file.lastChunk() - file.firstChunk() + 1))
                .toList();
        return new RedoLog(redoFiles.get(0).fileSize(), chunksOfFile, chunks, (int) start.fileCount());
    }

    /** Returns the profile that the recorded donor reported. */
    static DonorProfile profile(Recorded recorded) {
        Map<String, String> plugins = new LinkedHashMap<>();
        List<String> collations = new ArrayList<>();
        Map<String, String> variables = new LinkedHashMap<>();
        recorded.responses().forEach(response -> {
            if (response instanceof PluginV2Response plugin) {
                plugins.put(plugin.name(), plugin.library());
            } else if (response instanceof CollationResponse collation) {
                collations.add(collation.name());
            } else if (response instanceof ConfigResponse config) {
                variables.put(config.name(), config.value());
            }
        });
        String version = variables.remove("version");
        variables.remove("innodb_page_size");
        DonorProfile base = DonorProfile.ofVersion(version);
        return new DonorProfile(
                version, base.maturity(), base.protocolVersion(), plugins, collations, variables, false);
    }

    @Override
    public int pageSize() {
        return PAGE_SIZE;
    }

    @Override
    public List<SourceFile> files() {
        return files;
    }

    @Override
    public List<Block> modifiedPages() {
        return modifiedPages;
    }

    @Override
    public RedoLog redo() {
        return redo;
    }

    @Override
    public long redoDiskBytes() {
        return REDO_FILES * redo.fileSize();
    }

    @Override
    public List<DdlEvent> ddl() {
        return List.of();
    }

    @Override
    public void read(SnapshotState state, Block block, ByteBuffer into) {
        into.put(new byte[into.remaining()]);
    }
}
