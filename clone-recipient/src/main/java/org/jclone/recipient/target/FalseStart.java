package org.jclone.recipient.target;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DirectoryLock;
import org.jclone.recipient.storage.StorageErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remains of a clone that failed before its journal began, as on a full disk: the folders {@code #clone} and
 * {@code mysql}, and no data. It cannot be resumed, and removing it loses nothing.
 */
final class FalseStart {

    private static final Logger LOGGER = LoggerFactory.getLogger(FalseStart.class);

    private static final Set<String> ROOT = Set.of(CloneFolder.NAME, "mysql", DirectoryLock.NAME, "lost+found");

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
        return !CloneFolder.in(root).exists();
    }

    /**
     * Removes a clone before any of its data arrived. Nothing may be writing.
     *
     * @param created files that the clone knows; others are found by their names
     * @param places besides {@code root}, directories that the operator created
     * @return whether everything was removed
     */
    static boolean tryToDiscard(Path root, Collection<Path> created, Collection<Path> places) {
        try {
            Set<Path> files = new LinkedHashSet<>(ClonedFiles.in(root));
            files.addAll(created);
            Set<Path> kept = new LinkedHashSet<>(places);
            kept.add(root);
            for (Path file : files) {
                Files.deleteIfExists(file);
                deleteEmptyFolders(file.getParent(), kept);
            }
            Files.deleteIfExists(CloneFolder.in(root).journal());
        } catch (IOException | StorageException e) {
            LOGGER.atInfo().addKeyValue("reason", e).log("cannot remove what was begun");
            return false;
        }
        return tryToClear(root);
    }

    private static void deleteEmptyFolders(Path folder, Set<Path> kept) throws IOException {
        Path next = folder;
        while (!kept.contains(next) && kept.stream().anyMatch(next::startsWith)) {
            try {
                Files.deleteIfExists(next);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
            next = next.getParent();
        }
    }

    /** Removes the remains if the directory holds nothing else and is not a symbolic link. */
    static void clear(Path root) throws CloneException {
        CloneFolder folder = CloneFolder.in(root);
        if (Files.isSymbolicLink(root) || !Files.isDirectory(folder.path(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!holdsOnly(root, ROOT::contains) || !holdsOnly(folder.path(), CloneFolder::isFirstName)) {
            return;
        }
        Path empty = root.resolve("mysql");
        boolean hasEmpty = Files.exists(empty, LinkOption.NOFOLLOW_LINKS);
        if (hasEmpty
                && !(Files.isDirectory(empty, LinkOption.NOFOLLOW_LINKS)
                        && entries(empty).isEmpty())) {
            return;
        }
        if (Files.exists(folder.journal(), LinkOption.NOFOLLOW_LINKS) && isBegun(folder.journal())) {
            return;
        }
        try {
            for (Path file : entries(folder.path())) {
                Files.delete(file);
            }
            Files.delete(folder.path());
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

    private static boolean holdsOnly(Path folder, Predicate<String> isOurs) throws CloneException {
        return entries(folder).stream()
                .allMatch(entry -> isOurs.test(entry.getFileName().toString()));
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
