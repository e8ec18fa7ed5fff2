package org.jclone.recipient.storage;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jclone.recipient.api.FileReason;

/**
 * Reads a file past the page cache, or through it if the file system refuses direct reads. A disk that fails is not asked
 * again through the cache, which may still hold what the disk has lost. Not thread-safe.
 */
public final class DirectReader implements AutoCloseable {

    private final Path path;
    private FileChannel channel;
    private boolean direct;

    private DirectReader(Path path, FileChannel channel, boolean direct) {
        this.path = path;
        this.channel = channel;
        this.direct = direct;
    }

    /** Opens a file that is not a symbolic link. */
    public static DirectReader open(Path path) throws IOException {
        try {
            return new DirectReader(
                    path,
                    FileChannel.open(
                            path,
                            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT)),
                    true);
        } catch (UnsupportedOperationException | FileSystemException e) {
            return new DirectReader(path, openBuffered(path), false);
        }
    }

    private static FileChannel openBuffered(Path path) throws IOException {
        return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Allocates memory for {@link #read} of up to {@code length} bytes at any offset. */
    public static ByteBuffer allocate(int length) {
        return DirectIo.allocate(roundedUp(length) + DirectIo.ALIGNMENT);
    }

    public long size() throws IOException {
        return channel.size();
    }

    /**
     * Reads bytes to anywhere in {@code buffer}. Afterwards they are between its position and its limit: all, or at the
     * end of the file those that exist.
     *
     * @param buffer from {@link #allocate}
     */
    public void read(ByteBuffer buffer, long offset, int length) throws IOException {
        try {
            readBlocks(buffer, offset, length);
        } catch (IOException e) {
            if (!direct || !mayBeRefusal(e)) {
                throw e;
            }
            direct = false;
            channel.close();
            channel = openBuffered(path);
            readBlocks(buffer, offset, length);
        }
    }

    /** A refusal has many texts, of the JDK and of the kernel. */
    static boolean mayBeRefusal(IOException e) {
        return !FileReason.of(e).contains("Input/output error");
    }

    /** Reads whole blocks, as direct reads must: they read a partial block only at the end of the file. */
    private void readBlocks(ByteBuffer buffer, long offset, int length) throws IOException {
        int before = (int) (offset % DirectIo.ALIGNMENT);
        buffer.clear().limit(roundedUp(before + length));
        int count;
        do {
            count = channel.read(buffer, offset - before + buffer.position());
        } while (buffer.hasRemaining() && count > 0 && (!direct || count % DirectIo.ALIGNMENT == 0));
        int end = Math.min(buffer.position(), before + length);
        buffer.limit(Math.max(before, end)).position(before);
    }

    private static int roundedUp(int length) {
        return (length + DirectIo.ALIGNMENT - 1) / DirectIo.ALIGNMENT * DirectIo.ALIGNMENT;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
