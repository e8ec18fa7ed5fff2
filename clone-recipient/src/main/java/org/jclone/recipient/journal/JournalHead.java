package org.jclone.recipient.journal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jclone.protocol.wire.Bytes;

/**
 * Identifies the clone that a journal belongs to: the payload of its first record.
 *
 * @param donor host and port
 * @param begin when the clone began
 * @param protocolVersion negotiated by donor and recipient
 * @param locator the clone's, as the donor sent it
 * @param settings system variables of the donor, from COM_INIT
 * @param mappings donor's directories to local ones
 * @param directories for undo tablespaces, redo log and system tablespace, by option name
 */
public record JournalHead(
        String donor,
        Instant begin,
        int protocolVersion,
        Bytes locator,
        Map<String, String> settings,
        Map<String, String> mappings,
        Map<String, String> directories) {

    /** Version of the whole format. A journal of another version is not read. */
    private static final int FORMAT = 4;

    private static final int MAX_ENTRIES = 10_000;
    private static final int MAX_LOCATOR = 4096;

    public JournalHead {
        settings = Map.copyOf(settings);
        mappings = Map.copyOf(mappings);
        directories = Map.copyOf(directories);
    }

    void write(DataOutput out) throws IOException {
        out.writeShort(FORMAT);
        out.writeUTF(donor);
        out.writeLong(begin.getEpochSecond());
        out.writeInt(begin.getNano());
        out.writeInt(protocolVersion);
        out.writeShort(locator.length());
        out.write(locator.toByteArray());
        writeMap(settings, out);
        writeMap(mappings, out);
        writeMap(directories, out);
    }

    static JournalHead read(DataInput in) throws IOException {
        int format = in.readUnsignedShort();
        if (format != FORMAT) {
            throw new IOException("format " + format + " (expected: " + FORMAT + ')');
        }
        String donor = in.readUTF();
        Instant begin = Instant.ofEpochSecond(in.readLong() & 0xff_ffff_ffffL, in.readInt() & 0x3fff_ffff);
        int protocolVersion = in.readInt();
        byte[] locator = new byte[Math.min(MAX_LOCATOR, in.readUnsignedShort())];
        in.readFully(locator);
        return new JournalHead(donor, begin, protocolVersion, Bytes.of(locator), readMap(in), readMap(in), readMap(in));
    }

    private static void writeMap(Map<String, String> map, DataOutput out) throws IOException {
        out.writeShort(map.size());
        for (Map.Entry<String, String> entry : map.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue());
        }
    }

    private static Map<String, String> readMap(DataInput in) throws IOException {
        int size = in.readUnsignedShort();
        if (size > MAX_ENTRIES) {
            throw new IOException(size + " entries");
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put(in.readUTF(), in.readUTF());
        }
        return map;
    }
}
