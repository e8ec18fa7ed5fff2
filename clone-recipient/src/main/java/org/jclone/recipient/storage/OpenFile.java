package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One target file, open for writing at any offset by several threads. Aligned writes bypass the page cache, others go
 * through it. A caller never has two writes to one block of {@link DirectIo#ALIGNMENT} bytes in progress. {@link
 * DirectIo} knows only the file system of the data directory, and files may be on others: a file that refuses a direct
 * write is written through the page cache from then on.
 *
 * <p>The kernel writes the page cache back later. Write-back errors are reported reliably only to descriptors already
 * open. A file opened afterwards reports the error only if the kernel still remembers the file and has not reported the
 * error yet. Therefore such a file is flushed before it is closed. Source: fsync(2), "errors".
 */
public final class OpenFile {

    private static final Logger LOGGER = LoggerFactory.getLogger(OpenFile.class);

    private final Path path;
    private final DirectIo directIo;

    private FileChannel direct;
    private FileChannel buffered;
    private Optional<HolePuncher> holes;
    private boolean holesRefused;
    private int users;

    /** Whether some data may exist only in the page cache. */
    private volatile boolean unflushed;

    private volatile boolean directRefused;

    OpenFile(Path path, DirectIo directIo) {
        this.path = path;
        this.directIo = directIo;
    }

    Path path() {
        return path;
    }

    /**
     * Writes the bytes between position and limit of {@code source} at {@code offset}. A heap buffer goes through the
     * page cache: the JDK would copy it into an aligned buffer, cache that buffer, and later fail to free it.
     */
    public void write(ByteBuffer source, long offset) throws StorageException {
        boolean aligned =
                directIo.isEnabled() && !directRefused && source.isDirect() && offset % DirectIo.ALIGNMENT == 0;
        int directLength = aligned ? source.remaining() / DirectIo.ALIGNMENT * DirectIo.ALIGNMENT : 0;
        int start = source.position();
        try {
            if (directLength > 0) {
                writeDirect(source, offset, directLength);
            }
            if (source.hasRemaining()) {
                FileIo.write(buffered(), source, offset + source.position() - start);
                unflushed = true;
            }
        } catch (IOException e) {
            throw StorageErrors.of("write", path, offset + source.position() - start, e);
        }
    }

    /**
     * Writes up to {@code length} bytes past the page cache. Bytes that the file system refuses stay in {@code source}
     * for the page cache, which reports an error of any other kind again.
     */
    private void writeDirect(ByteBuffer source, long offset, int length) throws IOException {
        int limit = source.limit();
        source.limit(source.position() + length);
        try {
            FileIo.write(direct(), source, offset);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            directRefused = true;
            LOGGER.atInfo()
                    .addKeyValue("file", path)
                    .addKeyValue("reason", e.getMessage())
                    .log("no direct I/O for this file, writing through the page cache");
        } finally {
            source.limit(limit);
        }
    }

    /**
     * Makes a hole in the given range.
     *
     * @return false if holes are not supported here; the file is unchanged then
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

    /** Whether data was written that no {@link #flush} has brought to disk, and whose write-back may fail. */
    boolean isUnflushed() {
        return unflushed;
    }

    /** Flushes what was written before. Other threads may write during the flush. */
    void flush() throws StorageException {
        Optional<FileChannel> open = channel();
        unflushed = false;
        if (open.isEmpty()) {
            Durable.flushFile(path); // there may be holes
            return;
        }
        try {
            open.get().force(false);
        } catch (IOException e) {
            throw StorageErrors.of("flush", path, -1, e);
        }
    }

    private synchronized Optional<FileChannel> channel() {
        return Optional.ofNullable(buffered == null ? direct : buffered);
    }

    synchronized void close() throws StorageException {
        if (holes != null) {
            holes.ifPresent(HolePuncher::close);
            holes = Optional.empty();
        }
        try {
            try {
                close(direct);
            } finally {
                close(buffered);
            }
        } catch (IOException e) {
            throw StorageErrors.of("close", path, -1, e);
        }
    }

    private static void close(FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
