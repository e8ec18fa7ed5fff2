package org.jclone.recipient.apply;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;

/**
 * Finds the files of a clone that another process left. What was to happen to a file was noted before it happened, so
 * for each there are few places to look; and no name is taken from the notes without being checked as if the donor had
 * sent it.
 *
 * <pre>
 * noted as moving    files go to final names    lies under
 *   no                                          its name
 *   yes                not begun                the old name if that is there, else the temporary one
 *   yes                begun                    the temporary name if that is there, else its name
 * </pre>
 */
public final class FileRestoration {

    private final FileApplier applier;
    private final DataDirectory directory;
    private final boolean finishing;
    private final boolean metadataComplete;
    private final Set<Path> known = new HashSet<>();

    /** All names that files of the clone have or had. */
    private final Set<Path> noted = new HashSet<>();

    /**
     * @param finishing whether files had begun to go to their final names
     * @param metadataComplete whether all data files had been made
     */
    public FileRestoration(FileApplier applier, DataDirectory directory, boolean finishing, boolean metadataComplete) {
        this.metadataComplete = metadataComplete;
        this.applier = applier;
        this.directory = directory;
        this.finishing = finishing;
    }

    /**
     * Takes up a file. Data files come in the order of their indexes.
     *
     * @param first what was announced of the file at first, which decides where its page sums lie
     * @param size the least size that the file is known to have in the end
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

    /** A file may have been noted and not made, or made and lost with the machine before anything of it was flushed. */
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
            throw new CloneException(
                    CloneErrorCode.TARGET_NOT_USABLE,
                    path + " is in the way: it is no file",
                    Explanations.hint("TARGET_NOT_USABLE", "in-the-way"));
        }
        return true;
    }

    private static Path require(Path path, FileLog.Entry entry) throws CloneException {
        if (exists(path)) {
            return path;
        }
        throw new CloneException(
                CloneErrorCode.TARGET_NOT_USABLE,
                path + " is missing, as which the unfinished clone keeps the donor's "
                        + entry.descriptor().name(),
                Explanations.hint("TARGET_NOT_USABLE", "in-the-way"));
    }

    /**
     * Removes what the clone made and does not need: dropped files, names reserved for a rename, and files whose note
     * was lost with the machine. Only our own directories are looked through, and what no clone makes stays.
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
