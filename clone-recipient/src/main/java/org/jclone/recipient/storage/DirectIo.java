package org.jclone.recipient.storage;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether and how target files can be written past the page cache. */
public class DirectIo {

    /** Alignment of buffers, offsets and lengths that every common file system accepts. */
    public static final int ALIGNMENT = 4096;

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectIo.class);

    private final boolean enabled;

    DirectIo(boolean enabled) {
        this.enabled = enabled;
    }

    /**
     * Writes a file past the page cache in {@code directory} and deletes it, unless {@code wanted} is false. The JDK
     * rejects a write whose length is not a multiple of the file system's block size.
     */
    public static DirectIo probe(Path directory, boolean wanted) {
        if (!wanted) {
            return new DirectIo(false);
        }
        Path file = CloneFolder.in(directory).directIoProbe();
        try {
            try (FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE,
                    ExtendedOpenOption.DIRECT)) {
                channel.write(allocate(ALIGNMENT), 0);
            }
            return new DirectIo(true);
        } catch (IOException | UnsupportedOperationException e) {
            LOGGER.atInfo()
                    .addKeyValue("directory", directory)
                    .addKeyValue("reason", e.getMessage())
                    .log("no direct I/O here, writing through the page cache");
            return new DirectIo(false);
        }
    }

    public boolean isEnabled() {
        return enabled;
    }

    /** Allocates an off-heap buffer aligned for direct writes. */
    public static ByteBuffer allocate(int bytes) {
        return allocate(bytes, ALIGNMENT);
    }

    /** Allocates an off-heap buffer that begins at a multiple of {@code alignment}, a power of two. */
    public static ByteBuffer allocate(int bytes, int alignment) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes + alignment);
        return memory.slice(alignment - memory.alignmentOffset(0, alignment), bytes);
    }

    FileChannel openDirect(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT));
    }

    static FileChannel openBuffered(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }
}
