package org.jclone.recipient.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.StorageErrors;

/**
 * A sum for each page of a clone, on disk. What is known about a page survives the end of this process, and takes no
 * memory. Pages arrive in any order, and some twice.
 *
 * <pre>
 * offset  size  type   field
 *      0     8  ascii  magic, {@code JCPGSUMS}
 *      8     4  u32    version, 1
 *     12  4084         zero
 *   4096     4  u32    sum of slot 0; 0 = the page never came,
 *                      1 = to be read back: it arrived torn or encrypted, or is damaged
 *   4100     4  u32    sum of slot 1 ...
 * </pre>
 *
 * <p>Big-endian. A sum is the CRC-32C of the page's bytes on disk, or 2 if that is 0 or 1. A file's {@link PageRegion}
 * gives its slots. Files that grow in PAGE COPY have more pages than slots; {@link PageGrowth} keeps the sums of those
 * pages until all sizes are final.
 *
 * <p>Thread-safe.
 */
public final class PageSums implements AutoCloseable {

    static final int NEVER_CAME = 0;
    static final int SUSPICIOUS = 1;

    private static final long MAGIC = 0x4a43_5047_5355_4d53L;
    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 4096;
    private static final int COPY_SLOTS = 1 << 16;
    private static final int SMALLEST_SUM = 2;

    private final Path path;
    private final FileChannel channel;

    private final boolean fresh;

    /** Runs of {@link #COPY_SLOTS} slots that this object wrote to. */
    private final BitSet touched = new BitSet();

    private final PageGrowth growth;

    /** @param fresh whether this object writes all content of the file */
    private PageSums(Path root, Path path, FileChannel channel, boolean fresh) {
        this.path = path;
        this.channel = channel;
        this.fresh = fresh;
        growth = new PageGrowth(root);
    }

    /** Returns the sum of a page whose CRC-32C is {@code crc}. */
    static int sumOf(int crc) {
        return crc == NEVER_CAME || crc == SUSPICIOUS ? SMALLEST_SUM : crc;
    }

    /** Creates the file below {@code root}, or opens the one that an earlier process of the same clone left. */
    public static PageSums open(Path root) throws StorageException {
        Path path = CloneFolder.in(root).pageSums();
        try {
            boolean fresh = !path.toFile().exists();
            if (fresh) {
                Durable.createFile(path);
            }
            FileChannel channel = FileChannel.open(
                    path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            try {
                channel.write(
                        ByteBuffer.allocate(HEADER_LENGTH).putLong(0, MAGIC).putInt(8, VERSION), 0);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return new PageSums(root, path, channel, fresh);
        } catch (IOException e) {
            throw StorageErrors.of("write", path, 0, e);
        }
    }

    /**
     * Opens the file of a finished clone.
     *
     * @throws StorageException if it is missing or is not a file of page sums
     */
    static PageSums openForReading(Path root) throws StorageException {
        Path path = CloneFolder.in(root).pageSums();
        try {
            FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            try {
                requireHeader(channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return new PageSums(root, path, channel, false);
        } catch (IOException e) {
            throw StorageErrors.of("read", path, 0, e);
        }
    }

    private static void requireHeader(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + Integer.BYTES);
        FileIo.read(channel, header, 0);
        if (header.hasRemaining() || header.getLong(0) != MAGIC || header.getInt(8) != VERSION) {
            throw new IOException("not page sums of version " + VERSION);
        }
    }

    /** Writes sums of four bytes each, from position to limit. */
    void write(long slot, ByteBuffer sums) throws StorageException {
        touch(slot, slot + sums.remaining() / Integer.BYTES);
        long at = offset(slot);
        try {
            FileIo.write(channel, sums, at);
        } catch (IOException e) {
            throw StorageErrors.of("write", path, at, e);
        }
    }

    private void touch(long from, long to) {
        synchronized (touched) {
            touched.set((int) (from / COPY_SLOTS), (int) ((to - 1) / COPY_SLOTS) + 1);
        }
    }

    /** Returns false if the range is known to be empty without reading: files may have holes of tebibytes. */
    boolean mayHold(long slot, int count) {
        if (!fresh) {
            return true;
        }
        synchronized (touched) {
            int next = touched.nextSetBit((int) (slot / COPY_SLOTS));
            return next >= 0 && next <= (slot + count - 1) / COPY_SLOTS;
        }
    }

    /** Fills {@code sums} from position to limit; slots never written read as {@link #NEVER_CAME}. */
    void read(long slot, ByteBuffer sums) throws StorageException {
        long at = offset(slot);
        try {
            FileIo.read(channel, sums, at);
        } catch (IOException e) {
            throw StorageErrors.of("read", path, at, e);
        }
        while (sums.hasRemaining()) {
            sums.put((byte) 0);
        }
    }

    /** Records sums of pages for which a file has no slots. */
    void writeGrowth(int file, long firstPage, ByteBuffer sums) throws StorageException {
        growth.write(file, firstPage, sums);
    }

    /**
     * Moves the recorded sums of grown files to their slots and deletes the records. The last sum of a page counts.
     *
     * @param firstSlots by index of the file
     */
    void settleGrowth(Map<Integer, Long> firstSlots) throws StorageException {
        growth.drain((file, page, sum) -> {
            Long firstSlot = firstSlots.get(file);
            if (firstSlot != null) {
                write(firstSlot + page, ByteBuffer.allocate(Integer.BYTES).putInt(0, sum));
            }
        });
        flush(); // otherwise a crash could lose the sums from both files
        growth.delete();
    }

    /** Copies {@code count} sums to slots that were never written. */
    void copy(long from, long count, long to) throws StorageException {
        for (long done = 0; done < count; done += COPY_SLOTS) {
            ByteBuffer batch = ByteBuffer.allocate((int) Math.min(COPY_SLOTS, count - done) * Integer.BYTES);
            if (!mayHold(from + done, batch.limit() / Integer.BYTES)) {
                continue;
            }
            read(from + done, batch);
            if (batch.flip().mismatch(ByteBuffer.allocate(batch.limit())) >= 0) {
                write(to + done, batch);
            }
        }
    }

    /**
     * Flushes the sums. Call this before claiming durably that the pages are on disk: an old sum of a new page would be
     * a false alarm.
     */
    public void flush() throws StorageException {
        try {
            channel.force(false);
            growth.flush();
        } catch (IOException e) {
            throw StorageErrors.of("flush", path, -1, e);
        }
    }

    private static long offset(long slot) {
        return HEADER_LENGTH + slot * Integer.BYTES;
    }

    @Override
    public void close() throws StorageException {
        try {
            try {
                channel.close();
            } finally {
                growth.close();
            }
        } catch (IOException e) {
            throw StorageErrors.of("close", path, -1, e);
        }
    }
}
