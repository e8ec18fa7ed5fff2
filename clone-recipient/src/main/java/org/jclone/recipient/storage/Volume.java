package org.jclone.recipient.storage;

import com.sun.jna.LastErrorException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The file system that holds a path: its free space, block size and identity. {@link java.nio.file.FileStore} looks the
 * path up in the mount table, which fails in a chroot and if the table does not list the root. It is therefore used
 * only if nothing else in the JDK provides the value, and its failure is never an error.
 */
public final class Volume {

    /** Block size of ext4, XFS and btrfs on the platforms that have packages. */
    private static final int USUAL_BLOCK_SIZE = 4096;

    /** Length of {@code struct statvfs} on 64-bit Linux in longs, rounded up. */
    static final int STATVFS_LONGS = 32;

    /** Indexes of {@code f_frsize} and {@code f_flag}. */
    private static final int FRAGMENT_SIZE = 1;

    private static final int FLAGS = 9;
    private static final int READ_ONLY = 1;

    private Volume() {}

    /**
     * Space on a file system, in bytes.
     *
     * @param usable what a user without privileges may still write
     * @param used what is not free
     */
    public record Room(long usable, long used) {}

    /** Returns the space on a file system; empty if {@code statvfs} fails. The path must exist. */
    public static Optional<Room> room(Path path) {
        File file = path.toFile();
        long total = file.getTotalSpace(); // 0 if it fails
        return total == 0
                ? Optional.empty()
                : Optional.of(new Room(file.getUsableSpace(), Math.max(0, total - file.getFreeSpace())));
    }

    /** Returns the block size as a server sees it, or the usual one if the file system does not report it. */
    public static int blockSize(Path path) {
        return blockSizeOfStore(path).orElseGet(() -> blockSizeOfStatvfs(path).orElse(USUAL_BLOCK_SIZE));
    }

    private static OptionalInt blockSizeOfStore(Path path) {
        try {
            return OptionalInt.of(Math.toIntExact(Files.getFileStore(path).getBlockSize()));
        } catch (IOException | UnsupportedOperationException e) {
            return OptionalInt.empty();
        }
    }

    static OptionalInt blockSizeOfStatvfs(Path path) {
        return statvfs(path)
                .map(answer -> OptionalInt.of(Math.toIntExact(answer[FRAGMENT_SIZE])))
                .orElse(OptionalInt.empty());
    }

    /** Whether the file system is read-only; false if unknown. */
    public static boolean isReadOnly(Path path) {
        return statvfs(path).map(answer -> (answer[FLAGS] & READ_ONLY) != 0).orElse(false);
    }

    /** Asks the kernel directly, without the mount table. */
    private static Optional<long[]> statvfs(Path path) {
        if (!LibC.AVAILABLE) {
            return Optional.empty();
        }
        try {
            long[] answer = new long[STATVFS_LONGS];
            LibC.statvfs(path.toString(), answer);
            return Optional.of(answer);
        } catch (LastErrorException e) {
            return Optional.empty();
        }
    }

    /** Returns the path, or its nearest ancestor that exists. */
    public static Path existing(Path path) {
        Path existing = path;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** Returns a value that is equal for all paths of one file system. Does not follow links. */
    public static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }
}
