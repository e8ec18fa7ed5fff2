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
 * What is left of a clone that ended before its journal began, by a disk that was full or broken from the start: the
 * folders {@code #clone} and {@code mysql}, and no data. Nobody can go on with it, and nothing is lost with it.
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
     * Removes it as far as the disk lets us, so that the same command may be given again; false if something remains.
     */
    static boolean tryToClear(Path root) {
        try {
            clear(root);
        } catch (CloneException e) {
            LOGGER.atDebug().setCause(e).log("what was begun remains");
        }
        return !Files.exists(root.resolve("#clone"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes it, if the directory holds nothing else and is none that a symbolic link leads to. */
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
