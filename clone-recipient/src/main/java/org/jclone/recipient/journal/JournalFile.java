package org.jclone.recipient.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.StorageErrors;

/**
 * An append-only file of records. Whatever follows the last complete record was torn by a crash and is cut off. Byte
 * order: big-endian.
 *
 * <pre>
 * offset  size  type   field
 *      0     4  u32    length of type and payload, 1 to {@link #MAX_LENGTH}
 *      4     4  u32    CRC-32C of type and payload
 *      8     1  u8     type, see {@link RecordType}
 *      9     n  bytes  payload
 * </pre>
 */
public final class JournalFile implements AutoCloseable {

    /** Maximum length of a record in bytes. */
    public static final int MAX_LENGTH = 1 << 20;

    private static final int HEADER_LENGTH = 8;

    /** A journal of a hundred thousand files has about 20 MiB, and a day of flushes adds as much. */
    static final long MAX_FILE_LENGTH = 1L << 30;

    /** Holds the longest record, or many ordinary ones. */
    private static final int WINDOW = HEADER_LENGTH + MAX_LENGTH;

    /** A complete record. */
    public record Entry(int type, ByteBuffer payload) {}

    private final Path path;
    private final FileChannel channel;

    /** Offset behind the last complete record. */
    private long end;

    /** The failure after which nothing may be appended: a new record could follow a torn one, or one not on disk. */
    private IOException broken;

    private JournalFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates a journal, which must not exist. */
    public static JournalFile create(Path path) throws CloneException {
        Durable.createFile(path);
        JournalFile file = open(path);
        try {
            Durable.flushDirectory(path.getParent());
        } catch (StorageException e) {
            file.close();
            throw e;
        }
        return file;
    }

    /** Opens an existing journal. Call {@link #read} before appending. */
    public static JournalFile open(Path path) throws StorageException {
        try {
            return new JournalFile(
                    path,
                    FileChannel.open(
                            path,
                            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)));
        } catch (IOException e) {
            throw StorageErrors.of("open", path, -1, e);
        }
    }

    /** Receives a record, whose payload is valid only during the call. */
    @FunctionalInterface
    public interface Reader {

        /** @throws IOException if the record is not allowed there */
        void take(Entry entry) throws IOException;
    }

    /**
     * Passes all complete records to {@code reader} in order, and cuts off what follows them. Rewrites them in place:
     * after a failed flush, the kernel treats pages as clean that never reached the disk.
     *
     * @throws IOException if the file is too long to be a journal, or from {@code reader}
     */
    public void read(Reader reader) throws StorageException, IOException {
        requireReadable();
        ByteBuffer window = ByteBuffer.allocate(WINDOW);
        end = 0;
        int whole;
        do {
            fill(window, end);
            for (Entry entry : parse(window)) {
                reader.take(entry);
            }
            whole = window.position();
            rewrite(window.flip(), end);
            end += whole;
        } while (whole > 0);
        try {
            channel.truncate(end);
        } catch (IOException e) {
            throw StorageErrors.of("write", path, end, e);
        }
    }

    private void requireReadable() throws StorageException, IOException {
        long length;
        try {
            length = channel.size();
        } catch (IOException e) {
            throw StorageErrors.of("read", path, -1, e);
        }
        if (length > MAX_FILE_LENGTH) {
            throw new IOException("it has " + length + " bytes (expected: up to " + MAX_FILE_LENGTH + ')');
        }
    }

    /** Whether the file has no complete record. */
    public boolean isEmpty() throws StorageException {
        ByteBuffer window = ByteBuffer.allocate(WINDOW);
        fill(window, 0);
        return parse(window).isEmpty();
    }

    /** Fills the window from {@code offset} and flips it. */
    private void fill(ByteBuffer window, long offset) throws StorageException {
        window.clear();
        try {
            FileIo.read(channel, window, offset);
        } catch (IOException e) {
            throw StorageErrors.of("read", path, offset, e);
        }
        window.flip();
    }

    private void rewrite(ByteBuffer records, long offset) throws StorageException {
        try {
            FileIo.write(channel, records, offset);
        } catch (IOException e) {
            throw StorageErrors.of("write", path, offset, e);
        }
    }

    /**
     * Returns the complete records from the position of {@code content}, and moves the position behind the last of
     * them.
     */
    public static List<Entry> parse(ByteBuffer content) {
        List<Entry> entries = new ArrayList<>();
        while (content.remaining() > HEADER_LENGTH) {
            int length = content.getInt(content.position());
            if (length < 1 || length > MAX_LENGTH || length > content.remaining() - HEADER_LENGTH) {
                break;
            }
            int checksum = content.getInt(content.position() + Integer.BYTES);
            ByteBuffer record = content.slice(content.position() + HEADER_LENGTH, length);
            if (checksum(record.duplicate()) != checksum) {
                break;
            }
            entries.add(new Entry(Byte.toUnsignedInt(record.get()), record.slice()));
            content.position(content.position() + HEADER_LENGTH + length);
        }
        return entries;
    }

    /** Passes a record to the kernel, where it survives the end of this process. */
    public void append(RecordType type, byte[] payload) throws StorageException {
        requireWhole();
        ByteBuffer record = record(type, payload);
        try {
            FileIo.write(channel, record, end);
        } catch (IOException e) {
            cutOff(e);
            throw StorageErrors.of("write", path, end, e);
        }
        end += record.limit();
    }

    /** Returns the length of all records in bytes. */
    long length() {
        return end;
    }

    /** Waits until all records are on disk. */
    public void force() throws StorageException {
        requireWhole();
        try {
            channel.force(false);
        } catch (IOException e) {
            broken = e;
            throw StorageErrors.of("flush", path, -1, e);
        }
    }

    private void requireWhole() throws StorageException {
        if (broken != null) {
            throw StorageErrors.of("write", path, end, broken);
        }
    }

    /** Removes a partly written record, so that another may follow. */
    private void cutOff(IOException reason) {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            broken = reason;
        }
    }

    private static ByteBuffer record(RecordType type, byte[] payload) {
        ByteBuffer record = ByteBuffer.allocate(HEADER_LENGTH + 1 + payload.length);
        record.position(HEADER_LENGTH);
        record.put((byte) type.code()).put(payload).flip();
        int checksum = checksum(record.slice(HEADER_LENGTH, 1 + payload.length));
        return record.putInt(0, 1 + payload.length).putInt(Integer.BYTES, checksum);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // everything that matters has been flushed
        }
    }
}
