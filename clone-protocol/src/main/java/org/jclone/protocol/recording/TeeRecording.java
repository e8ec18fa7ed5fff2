package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jclone.protocol.wire.Bytes;

/**
 * Reads a recording, one record at a time: a gzip stream of {@code CLONETEE1\n} and records.
 *
 * <p>Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field       meaning
 *      0     8  u64    timeMicros  since the start of the recording
 *      8     2  u16    connection  from 1
 *     10     1  ascii  kind        {@link TeeRecord.Kind#wireCode()}
 *     11     1  u8     zero        0
 *     12     4  u32    length      n, at most {@link #MAX_DATA_LENGTH}
 *     16     n  bytes  data
 * </pre>
 */
public final class TeeRecording implements Closeable {

    /** The maximum length of data in a record: more than any proxy reads at once. */
    public static final int MAX_DATA_LENGTH = 16 << 20;

    private static final byte[] MAGIC = "CLONETEE1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_LENGTH = 16;
    private static final int BUFFER_LENGTH = 1 << 16;

    private final InputStream in;
    private long offset;

    private TeeRecording(InputStream in) {
        this.in = in;
    }

    /** Opens {@code file} and checks that it is a recording. */
    public static TeeRecording open(Path file) throws IOException {
        return open(Files.newInputStream(file));
    }

    /** Takes ownership of {@code compressed}, even if it is rejected. */
    static TeeRecording open(InputStream compressed) throws IOException {
        try {
            InputStream in = new BufferedInputStream(new GZIPInputStream(compressed, BUFFER_LENGTH), BUFFER_LENGTH);
            TeeRecording recording = new TeeRecording(in);
            if (!Arrays.equals(recording.readUpTo(MAGIC.length), MAGIC)) {
                throw new MalformedRecordingException("not a recording: does not begin with CLONETEE1");
            }
            return recording;
        } catch (ZipException | EOFException e) {
            compressed.close();
            throw new MalformedRecordingException("not a recording: not a gzip file", e);
        } catch (IOException e) {
            compressed.close();
            throw e;
        }
    }

    /** Returns the next record, or empty at the end. */
    public Optional<TeeRecord> next() throws IOException {
        long start = offset;
        byte[] header = readUpTo(HEADER_LENGTH);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < HEADER_LENGTH) {
            throw malformed(start, "ends inside the header of a record");
        }
        ByteBuf fields = Unpooled.wrappedBuffer(header);
        long timeMicros = fields.readLongLE();
        int connection = fields.readUnsignedShortLE();
        int kindCode = fields.readUnsignedByte();
        int zero = fields.readUnsignedByte();
        long length = fields.readUnsignedIntLE();
        if (timeMicros < 0) {
            throw malformed(start, "time: " + Long.toUnsignedString(timeMicros) + " (expected: < 2^63)");
        }
        if (connection == 0 || zero != 0) {
            throw malformed(start, "connection and padding: " + connection + ", " + zero + " (expected: > 0, 0)");
        }
        if (length > MAX_DATA_LENGTH) {
            throw malformed(start, "length: " + length + " (expected: <= " + MAX_DATA_LENGTH + ')');
        }
        Optional<TeeRecord.Kind> kind = TeeRecord.Kind.byWireCode(kindCode);
        if (kind.isEmpty()) {
            throw malformed(start, "kind: " + kindCode + " (expected: one of > < o f F c)");
        }
        byte[] data = readUpTo((int) length);
        if (data.length < length) {
            throw malformed(start, "ends after " + data.length + " of the " + length + " bytes of a record");
        }
        return Optional.of(new TeeRecord(timeMicros, connection, kind.get(), Bytes.of(data)));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private byte[] readUpTo(int length) throws IOException {
        try {
            byte[] bytes = in.readNBytes(length);
            offset += bytes.length;
            return bytes;
        } catch (ZipException | EOFException e) {
            throw new MalformedRecordingException("gzip data damaged after offset " + offset, e);
        }
    }

    private static MalformedRecordingException malformed(long offset, String reason) {
        return new MalformedRecordingException("record at offset " + offset + ": " + reason);
    }
}
