package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds up what a clone needs on each file system that it writes to, and compares it with what is free there.
 *
 * <p>What is needed is what the donor has at the moment. A clone takes more: tables grow and are made while it runs;
 * page sums are kept for it, a journal, and the metadata of the file system; and at its first start a server makes
 * doublewrite files and temporary tablespaces. For that there is a {@linkplain Need#margin() margin}, and too little
 * room for it is no reason to refuse a clone.
 */
public final class RoomByVolume {

    /** Of what is needed: 5 %. */
    private static final int MARGIN_DIVISOR = 20;

    /** Journal, doublewrite files and temporary tablespaces of the usual sizes. */
    private static final long LEAST_MARGIN = 64L << 20;

    /** What the margin is for, in a message. */
    public static final String MARGIN_REASON =
            "for what grows while the clone runs, its page sums and journal, and what the first start makes";

    private final Map<Object, Need> needs = new LinkedHashMap<>();

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

        /** The directories on it that the clone writes to. */
        public Set<Path> directories() {
            return directories;
        }

        /** Bytes that the clone needs, without the margin. */
        public long bytes() {
            return bytes;
        }

        /** Bytes that it may take beyond that. */
        public long margin() {
            return LEAST_MARGIN + bytes / MARGIN_DIVISOR;
        }

        /** Bytes that are free now; empty if the file system does not tell. */
        public Optional<Long> free() {
            return room.map(Volume.Room::usable);
        }

        /** Bytes that the clone deletes before it copies. Files with holes look larger than they are. */
        public long freed() {
            return Math.min(freed, room.map(Volume.Room::used).orElse(freed));
        }

        /** Bytes of older data that it deletes only when it is whole. */
        public long old() {
            return Math.min(old, room.map(Volume.Room::used).orElse(old));
        }

        /** Whether there is too little room; false if that cannot be told. */
        public boolean isShort() {
            return free().filter(free -> free + freed() < bytes).isPresent();
        }

        /** Whether there is room, but not for the margin as well. */
        public boolean isTight() {
            return !isShort()
                    && free().filter(free -> free + freed() < bytes + margin()).isPresent();
        }
    }

    /** Adds bytes that are needed in a directory, which need not exist. */
    public RoomByVolume need(Path directory, long bytes) {
        Need need = at(directory);
        need.directories.add(directory);
        need.bytes = sum(need.bytes, bytes);
        return this;
    }

    /** Adds bytes that get free in a directory before the clone copies. */
    public RoomByVolume freed(Path directory, long bytes) {
        Need need = at(directory);
        need.freed = sum(need.freed, bytes);
        return this;
    }

    /** Adds bytes of a directory that get free when the clone is whole. */
    public RoomByVolume old(Path directory, long bytes) {
        Need need = at(directory);
        need.old = sum(need.old, bytes);
        return this;
    }

    private Need at(Path directory) {
        Path existing = existing(directory);
        try {
            return needs.computeIfAbsent(
                    Volume.device(existing.toRealPath()), device -> new Need(Volume.room(existing)));
        } catch (IOException e) {
            return needs.computeIfAbsent(existing, unknown -> new Need(Optional.empty()));
        }
    }

    /** The directory, or the nearest above it that there is. */
    private static Path existing(Path directory) {
        Path path = directory;
        while (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    /** One for each file system, in the order in which they were named first. */
    public Collection<Need> needs() {
        return needs.values();
    }

    /** Whether there is a file system that does not tell how much is free. */
    public boolean hasUnknown() {
        return needs.values().stream().anyMatch(need -> need.free().isEmpty());
    }

    /** Whether all of it together would not be enough, however it were shared out; false if that cannot be told. */
    public boolean isShortInSum(long bytes) {
        long usable = 0;
        for (Need need : needs.values()) {
            if (need.free().isEmpty()) {
                return false;
            }
            usable += need.free().get() + need.freed();
        }
        return usable < bytes;
    }

    /** Adds numbers of bytes, which a donor may exaggerate. */
    public static long sum(long first, long second) {
        long sum = first + second;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
