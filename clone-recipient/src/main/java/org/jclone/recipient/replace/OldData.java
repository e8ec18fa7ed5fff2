package org.jclone.recipient.replace;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.Durable;

/** The data beside which a clone is made, and which the clone replaces. */
public final class OldData {

    private static final String CLONE_FOLDER = "#clone";
    private static final String MARK = "#status_in_progress";

    private final Path directory;
    private final DirectorySwap swap;
    private final boolean dropFirst;

    /** @param dropFirst whether it is deleted before the clone is whole, to make room */
    public OldData(Path directory, DirectorySwap swap, boolean dropFirst) {
        this.directory = directory;
        this.swap = swap;
        this.dropFirst = dropFirst;
    }

    /** Makes sure that the clone can take its place; changes nothing. */
    public void check() throws CloneException {
        swap.check();
    }

    /** Whether {@link #drop} is still to delete something. */
    public boolean isToBeDropped() throws StorageException {
        return dropFirst
                && Files.exists(directory)
                && !DirectorySwap.entries(directory).isEmpty()
                && !isOnlyMarked();
    }

    /** Whether nothing is left but the folder and the mark that keep a server away. */
    private boolean isOnlyMarked() throws StorageException {
        Path cloneFolder = directory.resolve(CLONE_FOLDER);
        return DirectorySwap.entries(directory).equals(List.of(cloneFolder))
                && Files.isDirectory(cloneFolder, LinkOption.NOFOLLOW_LINKS)
                && DirectorySwap.entries(cloneFolder).equals(List.of(cloneFolder.resolve(MARK)));
    }

    /** Bytes that the file system gets back with {@link #drop}. */
    public long droppableBytes() throws StorageException {
        long bytes = 0;
        if (isToBeDropped()) {
            for (Path entry : DirectorySwap.entries(directory)) {
                bytes += FileTrees.bytes(entry);
            }
        }
        return bytes;
    }

    /**
     * Deletes it. From the first step on a server refuses what is left, until the clone has taken its place. May be
     * repeated.
     */
    public void drop() throws CloneException {
        check();
        Path cloneFolder = directory.resolve(CLONE_FOLDER);
        Path mark = cloneFolder.resolve(MARK);
        if (!Files.exists(cloneFolder, LinkOption.NOFOLLOW_LINKS)) {
            Durable.createDirectory(cloneFolder);
        }
        if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
            Durable.createFile(mark);
        }
        Durable.flushDirectory(cloneFolder);
        Durable.flushDirectory(directory);
        for (Path entry : DirectorySwap.entries(directory)) {
            if (!entry.equals(cloneFolder)) {
                FileTrees.remove(entry);
            }
        }
        for (Path entry : DirectorySwap.entries(cloneFolder)) {
            if (!entry.equals(mark)) {
                FileTrees.remove(entry);
            }
        }
        Durable.flushDirectory(cloneFolder);
        Durable.flushDirectory(directory);
    }
}
