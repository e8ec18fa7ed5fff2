package org.jclone.recipient.target;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.storage.DirectoryLock;
import org.jclone.recipient.storage.StorageErrors;
import org.jclone.recipient.verify.PageSums;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remains of a clone that failed before its journal began, as on a full disk: the folders {@code #clone} and
 * {@code mysql}, and no data. It cannot be resumed, and removing it loses nothing.
 */
final class FalseStart {

    private static final Logger LOGGER = LoggerFactory.getLogger(FalseStart.class);

    private static final Set<String> ROOT = Set.of("#clone", "mysql", DirectoryLock.NAME, "lost+found");
    private static final Set<String> OURS = Set.of(
            "#status_in_progress",
            "#view_status",
            "#view_status.tmp",
            "#view_progress",
            "#view_progress.tmp",
            "#direct_io_probe",
            JournalFile.NAME,
            Path.of(PageSums.NAME).getFileName().toString());

    private FalseStart() {}

    /**
     * Removes what it can, so that the same command can be repeated.
     *
     * @return whether everything was removed
     */
    static boolean tryToClear(Path root) {
        try {
            clear(root);
        } catch (CloneException e) {
            LOGGER.atDebug().setCause(e).log("cannot remove the remains of a clone");
        }
        return !Files.exists(root.resolve("#clone"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes the remains if the directory holds nothing else and is not a symbolic link. */
    static void clear(Path root) throws CloneException {
        Path marks = root.resolve("#clone");
        if (Files.isSymbolicLink(root) || !Files.isDirectory(marks, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!holdsOnly(root, ROOT) || !holdsOnly(marks, OURS)) {
            return;
        }
        Path empty = root.resolve("mysql");
        boolean hasEmpty = Files.exists(empty, LinkOption.NOFOLLOW_LINKS);
        if (hasEmpty && !(Files.isDirectory(empty, LinkOption.NOFOLLOW_LINKS) && holdsOnly(empty, Set.of()))) {
            return;
        }
        Path journal = marks.resolve(JournalFile.NAME);
        if (Files.exists(journal, LinkOption.NOFOLLOW_LINKS) && isBegun(journal)) {
            return;
        }
        try {
            for (Path file : entries(marks)) {
                Files.delete(file);
            }
            Files.delete(marks);
            Files.deleteIfExists(empty);
        } catch (IOException e) {
            throw StorageErrors.of("remove what was begun in", root, -1, e);
        }
    }

    private static boolean isBegun(Path path) throws CloneException {
        try (JournalFile journal = JournalFile.open(path)) {
            return !journal.isEmpty();
        }
    }

    private static boolean holdsOnly(Path folder, Set<String> names) throws CloneException {
        return entries(folder).stream()
                .allMatch(entry -> names.contains(entry.getFileName().toString()));
    }

    private static List<Path> entries(Path folder) throws CloneException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
            return entries;
        } catch (IOException e) {
            throw StorageErrors.of("read directory", folder, -1, e);
        }
    }
}
