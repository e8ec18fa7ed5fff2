package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.StorageException;

/**
 * One file of the target, open for writing at any offset by several threads. What is aligned goes past the page cache,
 * the rest through it; a caller never has two writes to one block of {@link DirectIo#ALIGNMENT} bytes under way.
 */
public final class OpenFile {

    private final Path path;
    private final DirectIo directIo;

    private FileChannel direct;
    private FileChannel buffered;
    private Optional<HolePuncher> holes;
    private boolean holesRefused;
    private int users;

    OpenFile(Path path, DirectIo directIo) {
        this.path = path;
        this.directIo = directIo;
    }

    Path path() {
        return path;
    }

    /**
     * Writes the bytes between position and limit of {@code source} at {@code offset}. Those on the heap go through the
     * page cache: the JDK would copy them into an aligned buffer and keep it for later, and fail when it wants to free
     * that one.
     */
    public void write(ByteBuffer source, long offset) throws StorageException {
        boolean aligned = directIo.isEnabled() && source.isDirect() && offset % DirectIo.ALIGNMENT == 0;
        int directLength = aligned ? source.remaining() / DirectIo.ALIGNMENT * DirectIo.ALIGNMENT : 0;
        long at = offset;
        try {
            if (directLength > 0) {
                int limit = source.limit();
                source.limit(source.position() + directLength);
                at = writeFully(direct(), source, at);
                source.limit(limit);
            }
            if (source.hasRemaining()) {
                writeFully(buffered(), source, at);
            }
        } catch (IOException e) {
            throw StorageErrors.of("write", path, at, e);
        }
    }

    private static long writeFully(FileChannel channel, ByteBuffer source, long offset) throws IOException {
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
        return at;
    }

    /**
     * Makes a hole of the given range.
     *
     * @return false if that cannot be done here; then nothing changed
     */
    public synchronized boolean punchHole(long offset, long length) {
        if (holesRefused) {
            return false;
        }
        if (holes == null) {
            holes = HolePuncher.open(path);
        }
        holesRefused = holes.isEmpty() || !holes.get().punch(offset, length);
        return !holesRefused;
    }

    private synchronized FileChannel direct() throws IOException {
        if (direct == null) {
            direct = directIo.openDirect(path);
        }
        return direct;
    }

    private synchronized FileChannel buffered() throws IOException {
        if (buffered == null) {
            buffered = DirectIo.openBuffered(path);
        }
        return buffered;
    }

    /** Guarded by the {@link OpenFiles} that made this object, like {@link #release} and {@link #isIdle}. */
    void acquire() {
        users++;
    }

    void release() {
        users--;
    }

    boolean isIdle() {
        return users == 0;
    }

    synchronized void close() throws StorageException {
        try {
            if (direct != null) {
                direct.close();
            }
            if (buffered != null) {
                buffered.close();
            }
        } catch (IOException e) {
            throw StorageErrors.of("close", path, -1, e);
        }
        if (holes != null) {
            holes.ifPresent(HolePuncher::close);
        }
    }
}
