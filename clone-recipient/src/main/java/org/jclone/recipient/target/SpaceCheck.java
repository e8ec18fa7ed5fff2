package org.jclone.recipient.target;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.apply.TargetFile;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.OldData;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.RoomByVolume;
import org.jclone.recipient.storage.RoomByVolume.Need;

/**
 * Compares the donor's estimate with the free space, before much is copied: the sum when FILE COPY begins, and each file
 * system when all files are known, if there is more than one.
 */
public final class SpaceCheck {

    private final TargetSettings target;
    private final DataDirectory directory;
    private final Consumer<CloneEvent> events;
    private final Map<Path, Long> freed = new LinkedHashMap<>();
    private long estimated = -1;

    /** @param oldData data that is deleted before the copy, if there is any */
    public SpaceCheck(TargetSettings target, Optional<OldData> oldData, Consumer<CloneEvent> events)
            throws CloneException {
        this.target = target;
        this.directory = DataDirectory.of(target);
        this.events = events;
        if (oldData.isPresent()) {
            for (Path place : oldData.get().directories()) {
                freed.put(place, oldData.get().droppableBytes(place));
            }
        }
    }

    private RoomByVolume places() {
        RoomByVolume room = new RoomByVolume().need(directory.root(), 0);
        directory.apart().forEach(apart -> room.need(apart, 0));
        target.pathMappings().values().forEach(mapped -> room.need(mapped, 0));
        freed.forEach(room::freed);
        return room;
    }

    /**
     * Checks the sum.
     *
     * @param estimatedBytes the donor's estimate for all data files and the largest possible redo log
     */
    public void run(long estimatedBytes) throws CloneException {
        estimated = estimatedBytes;
        RoomByVolume room = places();
        if (room.hasUnknown()) {
            events.accept(new CloneEvent.Warning(
                    "the file system of " + directory.root() + " does not say how much is free; the clone needs "
                            + estimated + " bytes",
                    Failure.DiskFull.UNKNOWN.hint()));
        } else if (room.needs().size() == 1) {
            require(room.need(directory.root(), estimated));
        } else if (room.isShortInSum(estimated)) {
            throw tooLittle("the clone needs " + estimated + " bytes, and all of its file systems together have less: "
                    + room.needs().stream()
                            .map(need -> usable(need) + " are free in " + names(need))
                            .collect(joining(", ")));
        }
    }

    /** Checks each file system. Does nothing if there is only one, or if the donor's estimate is unknown. */
    public void run(List<TargetFile> dataFiles) throws CloneException {
        RoomByVolume room = places();
        if (estimated < 0 || room.needs().size() == 1) {
            return;
        }
        Map<Path, Long> byFolder = new LinkedHashMap<>();
        long data = 0;
        for (TargetFile file : dataFiles) {
            long bytes = bytes(file);
            data = RoomByVolume.sum(data, bytes);
            byFolder.merge(file.path().getParent(), bytes, RoomByVolume::sum);
        }
        byFolder.forEach(room::need);
        require(room.need(directory.redo(), Math.max(0, estimated - data)));
    }

    /** A file with holes takes less than its length, here too. */
    private static long bytes(TargetFile file) {
        long allocated = file.descriptor().allocatedSize();
        long length = file.descriptor().fileSize();
        return allocated > 0 ? Math.min(allocated, length) : length;
    }

    private void require(RoomByVolume room) throws CloneException {
        for (Need need : room.needs()) {
            if (need.isShort()) {
                throw tooLittle("the clone needs " + need.bytes() + " bytes, and " + usable(need) + " are free in "
                        + names(need));
            }
            if (need.isTight()) {
                events.accept(new CloneEvent.Warning(
                        usable(need) + " bytes are free in " + names(need) + ": enough for the " + need.bytes()
                                + " that the clone needs now, but not for " + need.margin() + " more "
                                + RoomByVolume.MARGIN_REASON,
                        Failure.DiskFull.MARGIN.hint()));
            }
        }
    }

    /** Names directories of the request only, not the folders of schemas. */
    private String names(Need need) {
        return need.directories().stream()
                .filter(place -> place.equals(directory.root())
                        || directory.apart().contains(place)
                        || target.pathMappings().containsValue(place))
                .map(Path::toString)
                .collect(joining(", "));
    }

    private static long usable(Need need) {
        return RoomByVolume.sum(need.free().orElse(0L), need.freed());
    }

    private StorageException tooLittle(String message) {
        return new StorageException(
                Failure.DiskFull.ESTIMATE.code(),
                message,
                Failure.DiskFull.ESTIMATE.hint(),
                directory.root(),
                -1,
                null);
    }
}
