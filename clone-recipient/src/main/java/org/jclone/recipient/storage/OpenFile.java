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
 * One file of the target, open for writing at any offset by several threads. What is aligned goes past the page cache,
 * the rest through it; a caller never has two writes to one block of {@link DirectIo#ALIGNMENT} bytes under way. Files
 * lie on several file systems, and {@link DirectIo} knows that of the data directory only: a file that refuses a direct
 * write is written through the page cache from then on.
 *
 * <p>What goes through the page cache is written later, by the kernel. If that fails, those are told who flush a
 * descriptor that was open then; who opens the file afterwards is told only as long as the kernel remembers the file,
 * and nobody else was. So such a file is not closed before it is flushed. Source: fsync(2), "errors".
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

    /** Whether something may be in the page cache only. */
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
     * Writes the bytes between position and limit of {@code source} at {@code offset}. Those on the heap go through the
     * page cache: the JDK would copy them into an aligned buffer and keep it for later, and fail when it wants to free
     * that one.
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
                writeFully(buffered(), source, offset + source.position() - start);
                unflushed = true;
            }
        } catch (IOException e) {
            throw StorageErrors.of("write", path, offset + source.position() - start, e);
        }
    }

    /**
     * Writes up to {@code length} bytes past the page cache. What the file system refuses stays in {@code source}; the
     * page cache takes it then, and fails in its turn where the reason was another one.
     */
    private void writeDirect(ByteBuffer source, long offset, int length) throws IOException {
        int limit = source.limit();
        source.limit(source.position() + length);
        try {
            writeFully(direct(), source, offset);
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

    private static void writeFully(FileChannel channel, ByteBuffer source, long offset) throws IOException {
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
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

    /**
     * Whether something was written that no {@link #flush} has brought to disk, and that the kernel may fail to write.
     */
    boolean isUnflushed() {
        return unflushed;
    }

    /** Brings to disk what was written before. Others may write meanwhile. */
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
