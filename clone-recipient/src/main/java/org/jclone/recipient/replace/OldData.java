package org.jclone.recipient.replace;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.Durable;

/** The data that a clone, made beside it, replaces. */
public final class OldData {

    private final Path directory;
    private final List<Path> others;
    private final DirectorySwap swap;
    private final boolean dropFirst;

    /**
     * @param directory the data directory
     * @param others directories that hold a part of the data
     * @param dropFirst whether to delete the data before the clone is complete, to make room
     */
    public OldData(Path directory, Collection<Path> others, DirectorySwap swap, boolean dropFirst) {
        this.directory = directory;
        this.others = List.copyOf(others);
        this.swap = swap;
        this.dropFirst = dropFirst;
    }

    /** Checks that the clone can replace the data. Changes nothing. */
    public void check() throws CloneException {
        swap.check();
    }

    /** Whether {@link #drop} still has something to delete. */
    public boolean isToBeDropped() throws StorageException {
        return dropFirst && (isInDataDirectory() || isInOthers());
    }

    private boolean isInDataDirectory() throws StorageException {
        return Files.exists(directory) && !OwnNames.othersIn(directory).isEmpty() && !isOnlyMarked();
    }

    private boolean isInOthers() throws StorageException {
        for (Path other : others) {
            if (Files.exists(other) && !OwnNames.othersIn(other).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Whether only the folder and the mark remain that prevent a server from starting. */
    private boolean isOnlyMarked() throws StorageException {
        CloneFolder folder = CloneFolder.in(directory);
        return OwnNames.othersIn(directory).equals(List.of(folder.path()))
                && Files.isDirectory(folder.path(), LinkOption.NOFOLLOW_LINKS)
                && OwnNames.othersIn(folder.path()).equals(List.of(folder.mark()));
    }

    /** Returns the bytes that {@link #drop} frees in one of the directories. */
    public long droppableBytes(Path each) throws StorageException {
        long bytes = 0;
        if (Files.exists(each) && isToBeDropped()) {
            for (Path entry : OwnNames.othersIn(each)) {
                bytes += FileTrees.bytes(entry);
            }
        }
        return bytes;
    }

    /** Returns the directories that hold the data. */
    public List<Path> directories() {
        List<Path> directories = new ArrayList<>(others);
        directories.add(0, directory);
        return directories;
    }

    /** Lists the directories that hold the data, for a message. */
    public String places() {
        StringBuilder places = new StringBuilder(directory.toString());
        others.forEach(other -> places.append(", ").append(other));
        return places.toString();
    }

    /**
     * Deletes the data. From the first step until the clone has replaced it, a server refuses the directory. Can be
     * repeated.
     */
    public void drop() throws CloneException {
        check();
        CloneFolder folder = CloneFolder.in(directory);
        if (!folder.exists()) {
            Durable.createDirectory(folder.path());
        }
        folder.setMark();
        Durable.flushDirectory(directory);
        for (Path entry : OwnNames.othersIn(directory)) {
            if (!entry.equals(folder.path())) {
                FileTrees.remove(entry);
            }
        }
        for (Path other : others) {
            if (Files.exists(other)) {
                for (Path entry : OwnNames.othersIn(other)) {
                    FileTrees.remove(entry);
                }
                Durable.flushDirectory(other);
            }
        }
        for (Path entry : OwnNames.othersIn(folder.path())) {
            if (!entry.equals(folder.mark())) {
                FileTrees.remove(entry);
            }
        }
        Durable.flushDirectory(folder.path());
        Durable.flushDirectory(directory);
    }
}
