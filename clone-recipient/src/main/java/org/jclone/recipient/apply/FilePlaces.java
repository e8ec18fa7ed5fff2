package org.jclone.recipient.apply;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;

/** Which local file a descriptor means. No name is used that {@link DataDirectory} has not checked. */
final class FilePlaces {

    private static final String BUFFER_POOL_FILE = "ib_buffer_pool";

    private final DataDirectory directory;
    private final RedoNaming redoNaming;
    private final Consumer<CloneEvent> events;
    private final Map<String, Path> relocated = new HashMap<>();

    FilePlaces(DataDirectory directory, RedoNaming redoNaming, Consumer<CloneEvent> events) {
        this.directory = directory;
        this.redoNaming = redoNaming;
        this.events = events;
    }

    /** Where a data file goes. */
    Path of(FileDescriptor file) throws CloneException {
        String name = file.name();
        if (name.isEmpty()) {
            throw new MalformedPacketException("FileDescriptor", "name", 62, "missing for a data file");
        }
        if (name.equals(BUFFER_POOL_FILE) || file.spaceId() == SpaceIds.SYSTEM) {
            return directory.resolveSystem(name);
        }
        if (SpaceIds.isUndo(file.spaceId())) {
            return directory.resolveUndo(name);
        }
        Path path = directory.resolveTablespace(name, new FspFlags(file.fspFlags()).isGeneral());
        if (DataDirectory.isOutside(name) && relocated.put(name, path) == null) {
            events.accept(new CloneEvent.TablespaceRelocated(name, path.toString()));
        }
        return path;
    }

    /** Where the redo file of this index goes. */
    Path ofRedo(long index) {
        return directory.redo().resolve(redoNaming.folder()).resolve(redoNaming.fileName(index));
    }

    /** The least number of redo files that a server expects. */
    int minRedoFiles() {
        return redoNaming.minFiles();
    }

    /** Where a file lies until the summary of DDL is complete, so that names may be swapped. */
    static Path temporary(Path path) {
        return path.resolveSibling(path.getFileName() + ClonedFiles.TEMPORARY_SUFFIX);
    }

    /** Donor's name to local path of those of {@code files} that are outside the donor's data directory. */
    Map<String, Path> relocated(List<TargetFile> files) {
        List<String> gone = new ArrayList<>(relocated.keySet());
        files.forEach(file -> gone.remove(file.descriptor().name()));
        gone.forEach(relocated::remove);
        return Map.copyOf(relocated);
    }
}
