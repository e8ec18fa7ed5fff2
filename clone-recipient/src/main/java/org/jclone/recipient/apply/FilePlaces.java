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
import org.jclone.recipient.storage.DonorNames;

/** Maps descriptors to local files. Uses only names that {@link DonorNames} has checked. */
public final class FilePlaces {

    private static final String BUFFER_POOL_FILE = "ib_buffer_pool";

    private final DataDirectory directory;
    private final DonorNames names;
    private final RedoNaming redoNaming;
    private final Consumer<CloneEvent> events;
    private final Map<String, Path> relocated = new HashMap<>();

    public FilePlaces(DataDirectory directory, RedoNaming redoNaming, Consumer<CloneEvent> events) {
        this.directory = directory;
        names = new DonorNames(directory);
        this.redoNaming = redoNaming;
        this.events = events;
    }

    /** Returns the path of a data file. */
    public Path of(FileDescriptor file) throws CloneException {
        String name = file.name();
        if (name.isEmpty()) {
            throw new MalformedPacketException("FileDescriptor", "name", 62, "missing for a data file");
        }
        if (name.equals(BUFFER_POOL_FILE) || file.spaceId() == SpaceIds.SYSTEM) {
            return names.resolveSystem(name);
        }
        if (SpaceIds.isUndo(file.spaceId())) {
            return names.resolveUndo(name);
        }
        Path path = names.resolveTablespace(name, new FspFlags(file.fspFlags()).isGeneral());
        if (DonorNames.isOutside(name) && relocated.put(name, path) == null) {
            events.accept(new CloneEvent.TablespaceRelocated(name, path.toString()));
        }
        return path;
    }

    /** Returns the path of the redo file with this index. */
    Path ofRedo(long index) {
        return directory.redo().resolve(redoNaming.folder()).resolve(redoNaming.fileName(index));
    }

    /** Returns the minimum number of redo files that a server expects. */
    int minRedoFiles() {
        return redoNaming.minFiles();
    }

    /** Returns the temporary path of a file until the DDL summary is complete, which allows names to be swapped. */
    static Path temporary(Path path) {
        return path.resolveSibling(path.getFileName() + ClonedFiles.TEMPORARY_SUFFIX);
    }

    /** Returns, for those of {@code files} outside the donor's data directory, the donor's name and the local path. */
    Map<String, Path> relocated(List<TargetFile> files) {
        List<String> gone = new ArrayList<>(relocated.keySet());
        files.forEach(file -> gone.remove(file.descriptor().name()));
        gone.forEach(relocated::remove);
        return Map.copyOf(relocated);
    }
}
