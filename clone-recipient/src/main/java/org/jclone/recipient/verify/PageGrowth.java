package org.jclone.recipient.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.StorageErrors;

/**
 * The sums of pages of files that grow in PAGE COPY beyond their slots in {@link PageSums}. They are appended to a
 * separate file until all sizes are final.
 *
 * <pre>
 * offset  size  type  field
 *      0     4  u32   index of the file
 *      4     4  u32   page in the file
 *      8     4  u32   sum
 * </pre>
 *
 * <p>Big-endian, one record after the other. The last record of a page counts. Thread-safe.
 */
final class PageGrowth {

    private static final int RECORD = 12;
    private static final int BATCH = 4096;

    private final Path path;
    private FileChannel channel;

    PageGrowth(Path root) {
        path = CloneFolder.in(root).pageGrowth();
    }

    /** Moves the sum of a page to its slot. */
    @FunctionalInterface
    interface Mover {
        void move(int file, long page, int sum) throws StorageException;
    }

    /** Records sums of pages for which a file has no slots. */
    synchronized void write(int file, long firstPage, ByteBuffer sums) throws StorageException {
        ByteBuffer records = ByteBuffer.allocate(sums.remaining() / Integer.BYTES * RECORD);
        for (long page = firstPage; sums.hasRemaining(); page++) {
            records.putInt(file).putInt((int) page).putInt(sums.getInt());
        }
        records.flip();
        try {
            FileChannel open = open();
            long at = open.size() / RECORD * RECORD; // a full disk may have torn the last record
            FileIo.write(open, records, at);
        } catch (IOException e) {
            throw StorageErrors.of("write", path, -1, e);
        }
    }

    /** Passes all recorded sums to {@code mover}, in order. */
    synchronized void drain(Mover mover) throws StorageException {
        try {
            FileChannel open = open();
            ByteBuffer records = ByteBuffer.allocate(BATCH * RECORD);
            long at = 0;
            do {
                FileIo.read(open, records.clear(), at);
                at += records.flip().limit();
                while (records.remaining() >= RECORD) { // a full disk may have torn the last one
                    mover.move(records.getInt(), Integer.toUnsignedLong(records.getInt()), records.getInt());
                }
            } while (records.limit() == records.capacity());
        } catch (IOException e) {
            throw StorageErrors.of("read", path, -1, e);
        }
    }

    /** Deletes all recorded sums. */
    synchronized void delete() throws StorageException {
        try {
            close();
            channel = null;
        } catch (IOException e) {
            throw StorageErrors.of("close", path, -1, e);
        }
        Durable.delete(path);
    }

    private FileChannel open() throws IOException, StorageException {
        if (channel == null) {
            if (!path.toFile().exists()) {
                Durable.createFile(path);
            }
            channel = FileChannel.open(
                    path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        }
        return channel;
    }

    synchronized void flush() throws IOException {
        if (channel != null) {
            channel.force(false);
        }
    }

    synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
