package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.DIRECTORY;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.RoomByVolume;
import org.jclone.recipient.storage.Volume;

/** Checks the directories of the clone: whether they are usable, how their content would be treated, and how much space is free. */
final class PlaceCheck {

    private final Path directory;
    private final Replacement replacement;
    private final DataDirectory data;
    private final DirectorySwap swap;
    private final Collection<Path> mapped;

    /** @param request a request that has a directory */
    PlaceCheck(CloneRequest request) {
        directory = request.directory();
        replacement = request.target().replacement();
        data = DataDirectory.of(request.target());
        mapped = request.target().pathMappings().values();
        swap = replacement == Replacement.STAGE
                ? DirectorySwap.leftToCaller(directory, data.outside())
                : new DirectorySwap(directory, data.outside(), replacement == Replacement.SWAP_KEEP_OLD);
    }

    Finding find() {
        try {
            Finding found = exists() ? existing() : missing();
            requireWritable();
            return found;
        } catch (CloneException e) {
            return Finding.problem(DIRECTORY, e.code(), e.getMessage(), e.hint());
        }
    }

    private boolean exists() {
        return Files.isDirectory(directory);
    }

    private Finding missing() throws CloneException {
        data.check();
        return usable();
    }

    private Finding usable() {
        return Finding.ok(DIRECTORY, directory + " can be used");
    }

    private Finding existing() throws CloneException {
        return switch (replacement) {
            case NONE -> missing();
            case SWAP -> swap("");
            case SWAP_KEEP_OLD, STAGE -> swap(", and the old data is kept");
            case DROP_FIRST -> dropFirst();
        };
    }

    private Finding swap(String fate) throws CloneException {
        swap.check();
        if (DirectorySwap.isUnderWay(directory)) {
            return cutShort(
                    "The new clone first finishes that exchange, and replaces the earlier clone when it is complete itself.");
        }
        Optional<String> contents = data.contents();
        return contents.isEmpty()
                ? usable()
                : Finding.ok(
                        DIRECTORY,
                        directory + " " + contents.get() + "; the clone replaces that when it is complete" + fate);
    }

    private Finding cutShort(String consequence) {
        return Finding.warning(
                DIRECTORY,
                directory + " holds an earlier, complete clone, whose exchange with the old data was interrupted",
                consequence);
    }

    private Finding dropFirst() throws CloneException {
        swap.check();
        if (DirectorySwap.isUnderWay(directory)) {
            return cutShort(
                    "The new clone first finishes that exchange, and deletes the earlier clone before it copies."
                            + " If it then fails, there is neither.");
        }
        Optional<String> contents = data.contents();
        return contents.isEmpty()
                ? usable()
                : Finding.warning(
                        DIRECTORY,
                        directory + " " + contents.get() + "; that is deleted before the copy",
                        "If the clone then fails, there is neither old nor new data.");
    }

    private void requireWritable() throws StorageException {
        requireWritable(directory);
        for (Path apart : data.apart()) {
            requireWritable(apart);
        }
    }

    private static void requireWritable(Path place) throws StorageException {
        Path folder = existingFolder(place);
        if (!Files.isWritable(folder)) {
            boolean readOnly = Volume.isReadOnly(folder);
            Failure why = readOnly ? Failure.Storage.READ_ONLY : Failure.Storage.DENIED;
            throw new StorageException(
                    why.code(),
                    "cannot write to " + folder + ": " + (readOnly ? "Read-only file system" : "Permission denied"),
                    why.hint(folder),
                    folder,
                    -1,
                    null);
        }
    }

    /** Returns the free space in each directory now, and when the copy would begin. */
    RoomByVolume room() throws StorageException {
        RoomByVolume room = new RoomByVolume().need(directory, 0);
        data.apart().forEach(apart -> room.need(apart, 0));
        mapped.forEach(local -> room.need(local, 0));
        if (replacement == Replacement.NONE) {
            return room;
        }
        List<Path> replaced = new ArrayList<>(data.outside());
        replaced.add(directory);
        for (Path place : replaced) {
            long all = swap.bytes(place);
            if (replacement == Replacement.DROP_FIRST) {
                room.freed(place, all);
            } else {
                room.freed(place, swap.leftoverBytes(place)).old(place, all);
            }
        }
        return room;
    }

    /** Returns the directory, or the existing one in which it would be created. */
    Path existingFolder() {
        return existingFolder(directory);
    }

    private static Path existingFolder(Path place) {
        Path folder = place;
        while (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        return folder;
    }
}
