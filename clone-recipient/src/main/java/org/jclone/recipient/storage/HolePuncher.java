package org.jclone.recipient.storage;

import com.sun.jna.LastErrorException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Gives blocks of one file back to the file system, which Java cannot: {@code fallocate(2)} with PUNCH_HOLE and
 * KEEP_SIZE. The native library is loaded when the first page-compressed table wants a hole, not before.
 */
final class HolePuncher implements AutoCloseable {

    private static final int O_WRONLY = 1;
    private static final int O_NOFOLLOW = 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;

    private final int descriptor;

    private HolePuncher(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Empty where the platform has no {@code fallocate}. */
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

    /** False if the file system refuses; then the bytes are as they were. */
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
