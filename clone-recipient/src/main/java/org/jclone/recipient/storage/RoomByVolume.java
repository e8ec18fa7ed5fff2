package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Adds up what a clone needs on each file system that it writes to, and compares it with the free space.
 *
 * <p>The need is the donor's current size. A clone takes more: tables grow and are created during the clone; page sums,
 * a journal, and the file system's metadata need room; and at its first start a server creates doublewrite files and
 * temporary tablespaces. The {@linkplain Need#margin() margin} covers these. Too little room for the margin is not a
 * reason to refuse a clone.
 */
public final class RoomByVolume {

    /** The margin is 5 % of the need. */
    private static final int MARGIN_DIVISOR = 20;

    /** Journal, doublewrite files and temporary tablespaces of the usual sizes. */
    private static final long LEAST_MARGIN = 64L << 20;

    /** The purpose of the margin, for a message. */
    public static final String MARGIN_REASON =
            "for growth during the clone, its page sums and journal, and files that the first start creates";

    private final Function<Path, Optional<Volume.Room>> rooms;
    private final Map<Object, Need> needs = new LinkedHashMap<>();

    public RoomByVolume() {
        this(Volume::room);
    }

    /** @param rooms returns the space on the file system of a path */
    RoomByVolume(Function<Path, Optional<Volume.Room>> rooms) {
        this.rooms = rooms;
    }

    /** What is needed and what is free on one file system. */
    public static final class Need {

        private final Set<Path> directories = new LinkedHashSet<>();
        private final Optional<Volume.Room> room;
        private long bytes;
        private long freed;
        private long old;

        private Need(Optional<Volume.Room> room) {
            this.room = room;
        }

        /** Returns the directories on it that the clone writes to. */
        public Set<Path> directories() {
            return directories;
        }

        /** Returns the bytes that the clone needs, without the margin. */
        public long bytes() {
            return bytes;
        }

        /** Returns the bytes that the clone may need beyond that. */
        public long margin() {
            return LEAST_MARGIN + bytes / MARGIN_DIVISOR;
        }

        /** Returns the free bytes; empty if the file system does not report them. */
        public Optional<Long> free() {
            return room.map(Volume.Room::usable);
        }

        /** Returns the bytes that the clone deletes before it copies. Files with holes are overestimated. */
        public long freed() {
            return Math.min(freed, room.map(Volume.Room::used).orElse(freed));
        }

        /** Returns the bytes of older data that the clone deletes only when it is complete. */
        public long old() {
            return Math.min(old, room.map(Volume.Room::used).orElse(old));
        }

        /** Whether there is too little room; false if unknown. */
        public boolean isShort() {
            return free().filter(free -> sum(free, freed()) < bytes).isPresent();
        }

        /** Whether there is room for the need, but not for the margin. */
        public boolean isTight() {
            return !isShort()
                    && free().filter(free -> sum(free, freed()) < sum(bytes, margin()))
                            .isPresent();
        }
    }

    /** Adds bytes needed in a directory, which need not exist. */
    public RoomByVolume need(Path directory, long bytes) {
        Need need = at(directory);
        need.directories.add(directory);
        need.bytes = sum(need.bytes, bytes);
        return this;
    }

    /** Adds bytes freed in a directory before the clone copies. */
    public RoomByVolume freed(Path directory, long bytes) {
        Need need = at(directory);
        need.freed = sum(need.freed, bytes);
        return this;
    }

    /** Adds bytes of a directory that are freed when the clone is complete. */
    public RoomByVolume old(Path directory, long bytes) {
        Need need = at(directory);
        need.old = sum(need.old, bytes);
        return this;
    }

    private Need at(Path directory) {
        Path existing = Volume.existing(directory);
        try {
            return needs.computeIfAbsent(
                    Volume.device(existing.toRealPath()), device -> new Need(rooms.apply(existing)));
        } catch (IOException e) {
            return needs.computeIfAbsent(existing, unknown -> new Need(Optional.empty()));
        }
    }

    /** Returns the needs, one for each file system, in order of first mention. */
    public Collection<Need> needs() {
        return needs.values();
    }

    /** Whether a file system does not report its free space. */
    public boolean hasUnknown() {
        return needs.values().stream().anyMatch(need -> need.free().isEmpty());
    }

    /** Whether the total free space is too small, however it is distributed; false if unknown. */
    public boolean isShortInSum(long bytes) {
        long usable = 0;
        for (Need need : needs.values()) {
            if (need.free().isEmpty()) {
                return false;
            }
            usable = sum(usable, sum(need.free().get(), need.freed()));
        }
        return usable < bytes;
    }

    /** Adds byte counts without overflow: a donor may exaggerate them, and a network file system its free space. */
    public static long sum(long first, long second) {
        long sum = first + second;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
