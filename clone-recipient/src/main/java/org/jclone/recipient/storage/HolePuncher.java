package org.jclone.recipient.storage;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Returns blocks of one file to the file system with {@code fallocate(2)}, PUNCH_HOLE and KEEP_SIZE, which Java does
 * not offer. The native library is loaded when the first page-compressed table needs a hole.
 */
public final class HolePuncher implements AutoCloseable {

    /** A multiple of the block sizes of all common file systems. */
    private static final int PROBE_BYTES = 1 << 16;

    private static final int O_WRONLY = 1;
    private static final int O_NOFOLLOW = 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;

    private final int descriptor;

    private HolePuncher(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Tries to punch a hole in a small file in {@code folder}, and deletes the file. Empty if no file can be created
     * there, or the platform has no {@code fallocate}.
     */
    public static Optional<Boolean> isPossibleIn(Path folder) {
        try {
            Path file = Files.createTempFile(folder, ".jclone-probe", "");
            try {
                Files.write(file, new byte[2 * PROBE_BYTES]);
                Optional<HolePuncher> opened = open(file);
                if (opened.isEmpty()) {
                    return Optional.empty();
                }
                try (HolePuncher puncher = opened.get()) {
                    return Optional.of(puncher.punch(0, PROBE_BYTES));
                }
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty if the platform has no {@code fallocate}. */
    static Optional<HolePuncher> open(Path file) {
        if (!LibC.AVAILABLE) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HolePuncher(LibC.open(file.toString(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC)));
        } catch (LastErrorException e) {
            return Optional.empty();
        }
    }

    /** Returns false if the file system refuses; the bytes are unchanged then. */
    boolean punch(long offset, long length) {
        try {
            LibC.fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
            return true;
        } catch (LastErrorException e) {
            return false;
        }
    }

    @Override
    public void close() {
        LibC.close(descriptor);
    }
}
