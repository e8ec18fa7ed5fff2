package org.jclone.recipient.apply;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;

/**
 * Finds the files of a clone that an earlier process left. Each change to a file was recorded before it happened, so each file can be in few places only. Names from the journal are checked like names from the donor.
 *
 * <pre>
 * recorded as moving    final renames    current name
 *   no                                   its name
 *   yes                 not started      the old name if that file exists, otherwise the temporary name
 *   yes                 started          the temporary name if that file exists, otherwise its name
 * </pre>
 */
public final class FileRestoration {

    private final FileApplier applier;
    private final DataDirectory directory;
    private final boolean finishing;
    private final boolean metadataComplete;
    private final Set<Path> known = new HashSet<>();

    /** All names that files of the clone have or have had. */
    private final Set<Path> noted = new HashSet<>();

    /**
     * @param finishing whether the renames to final names had started
     * @param metadataComplete whether all data files had been created
     */
    public FileRestoration(FileApplier applier, DataDirectory directory, boolean finishing, boolean metadataComplete) {
        this.metadataComplete = metadataComplete;
        this.applier = applier;
        this.directory = directory;
        this.finishing = finishing;
    }

    /**
     * Restores a file. Call this for data files in the order of their indexes.
     *
     * @param first the first descriptor of the file, which determines the position of its page checksums
     * @param size the known minimum of the file's final size
     */
    public void restore(FileLog.Entry entry, FileDescriptor first, long size) throws CloneException {
        Path path = entry.redo()
                ? applier.places().ofRedo(entry.index())
                : applier.places().of(entry.descriptor());
        noted.add(path);
        noted.add(FilePlaces.temporary(path));
        if (!entry.oldName().isEmpty()) {
            noted.add(applier.places().of(entry.descriptor().withName(entry.oldName())));
        }
        Path place = place(entry, path);
        TargetFile file = new TargetFile(first, place);
        if (entry.dropped()) {
            file.drop();
        }
        applier.restore(entry, file, place.equals(path) ? Optional.empty() : Optional.of(path));
        file.redefine(entry.descriptor(), place);
        file.raiseSize(size);
        if (!entry.deleted()) {
            known.add(place);
        }
    }

    private Path place(FileLog.Entry entry, Path path) throws CloneException {
        if (entry.deleted()) {
            return path;
        }
        Path temporary = FilePlaces.temporary(path);
        if (!entry.moving()) {
            if (metadataComplete && !entry.redo() && !entry.dropped()) {
                require(path, entry);
            }
            createIfMissing(path);
            return path;
        }
        if (finishing) {
            return exists(temporary) ? temporary : require(path, entry);
        }
        if (entry.oldName().isEmpty()) {
            Durable.delete(temporary); // nothing has come for it yet
            directory.createFile(temporary);
            applier.initialPages().write(entry.descriptor(), entry.wrappedKey(), temporary);
            return temporary;
        }
        Path old = applier.places().of(entry.descriptor().withName(entry.oldName()));
        if (exists(old) && !known.contains(old)) {
            Durable.delete(temporary);
            return old;
        }
        return require(temporary, entry);
    }

    /** Creates a missing file: it may have been recorded but not created, or lost in a crash of the machine before it was flushed. */
    private void createIfMissing(Path path) throws CloneException {
        if (!exists(path)) {
            directory.createFile(path);
        } else {
            directory.touched(path.getParent());
        }
    }

    private static boolean exists(Path path) throws CloneException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw Failure.TargetNotUsable.IN_THE_WAY.exception(path + " is in the way: it is not a regular file");
        }
        return true;
    }

    private static Path require(Path path, FileLog.Entry entry) throws CloneException {
        if (exists(path)) {
            return path;
        }
        throw Failure.TargetNotUsable.IN_THE_WAY.exception(
                path + " is missing, which is the unfinished clone's copy of the donor's "
                        + entry.descriptor().name());
    }

    /**
     * Removes files that the clone created and no longer needs: dropped files, names reserved for a rename, and files whose journal entry was lost in a crash of the machine. Searches the clone's own directories only, and keeps files that no clone creates.
     */
    public void removeOthers() throws CloneException {
        Set<Path> others = new LinkedHashSet<>(noted);
        others.addAll(ClonedFiles.in(directory.root()));
        for (Path apart : directory.apart()) {
            others.addAll(ClonedFiles.inApart(apart));
        }
        others.removeAll(known);
        for (Path file : others) {
            if (isOurs(file)) {
                Durable.delete(file);
                directory.touched(file.getParent());
            }
        }
    }

    private boolean isOurs(Path file) {
        return directory.isOurs(file)
                && Files.isDirectory(file.getParent(), LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
