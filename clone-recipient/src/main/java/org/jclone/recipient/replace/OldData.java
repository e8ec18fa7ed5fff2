package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.storage.DirectoryLock;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.ServerLock;
import org.jclone.recipient.storage.StorageErrors;

/** Data that is deleted to make room for a clone. */
public final class OldData {

    private static final String CLONE_FOLDER = "#clone";

    private final Path directory;

    public OldData(Path directory) {
        this.directory = directory;
    }

    /** Looks whether it may be deleted, and changes nothing. */
    public void check() throws CloneException {
        if (Files.isSymbolicLink(directory)) {
            throw new CloneException(
                    CloneErrorCode.TARGET_NOT_USABLE,
                    directory + " is a symbolic link",
                    Explanations.hint("TARGET_NOT_USABLE", "symbolic-link"));
        }
        if (DirectorySwap.isUnderWay(directory)) {
            throw new CloneException(
                    CloneErrorCode.TARGET_NOT_USABLE,
                    directory + " holds a whole clone whose --replace was interrupted",
                    Explanations.hint("TARGET_NOT_USABLE", "swap"));
        }
        ServerLock.requireUnused(directory);
    }

    /** Bytes that its file system gets back with it. */
    public long bytes() throws StorageException {
        return FileTrees.bytes(directory);
    }

    /** Deletes it, but not the directory itself. From the first step on a server refuses what is left. */
    public void delete() throws CloneException {
        check();
        if (!Files.exists(directory)) {
            return;
        }
        Path cloneFolder = directory.resolve(CLONE_FOLDER);
        if (!Files.exists(cloneFolder, LinkOption.NOFOLLOW_LINKS)) {
            Durable.createDirectory(cloneFolder);
        }
        Path mark = cloneFolder.resolve("#status_in_progress");
        if (!Files.exists(mark)) {
            Durable.createFile(mark);
        }
        Durable.flushDirectory(cloneFolder);
        Durable.flushDirectory(directory);
        for (Path entry : entries()) {
            FileTrees.remove(entry, step -> {});
        }
        Durable.flushDirectory(directory);
        FileTrees.remove(cloneFolder, step -> {});
        Durable.flushDirectory(directory);
    }

    private List<Path> entries() throws StorageException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(entry -> !List.of(CLONE_FOLDER, DirectoryLock.NAME, "lost+found")
                            .contains(entry.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", directory, -1, e);
        }
    }
}
