package org.jclone.provision.mysqld;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jclone.provision.server.GtidSet;

/**
 * The binary logs of a server that is stopped. The last log begins with the transactions of all earlier ones, those
 * that are purged included, so it is enough to read that one. Transactions that were never logged here, such as those
 * that came with a clone, are not among them.
 *
 * <pre>
 * file        fe 62 69 6e, then events
 * event       u32 time, u8 type, u32 server_id, u32 size of the event, u32 end, u16 flags, body; little-endian
 * type 35     u64 number of servers; for each: 16 bytes uuid, u64 number of intervals; for each: u64 first, u64 last + 1
 * type 33     u8 flags, 16 bytes uuid, u64 number
 * type 42     a transaction with a tag
 * </pre>
 *
 * <p>A crash may leave a part of a transaction at the end, which the server removes when it starts; it counts here.
 */
public final class StoppedLogs {

    private static final int MAGIC = 0xfe62696e;
    private static final int HEADER_BYTES = 19;
    private static final int GTID = 33;
    private static final int PREVIOUS_GTIDS = 35;
    private static final int TAGGED_GTID = 42;
    private static final int GTID_BYTES = 25;
    private static final int MAX_PREVIOUS_BYTES = 1 << 26;
    private static final int MAX_INDEX_BYTES = 1 << 24;

    private final StringJoiner sets = new StringJoiner(",");

    /** First and last of the transactions of a server that are still without a gap. */
    private final Map<UUID, long[]> growing = new HashMap<>();

    private boolean knowsEarlier;

    private StoppedLogs() {}

    /**
     * Returns the transactions in the logs.
     *
     * @throws IOException if there are no logs, or they cannot be understood; the message says why
     */
    public static GtidSet read(EffectiveOptions effective, Path directory) throws IOException {
        String base = effective.value("log_bin").orElseThrow(() -> new IOException("the server has no binary log"));
        String byName = base.replaceFirst("\\.[^/.]*$", "") + ".index"; // the server drops an extension
        Path index = directory.resolve(effective.value("log_bin_index").orElse(byName));
        if (!Files.exists(index)) {
            index = directory.resolve(byName);
        }
        if (Files.size(index) > MAX_INDEX_BYTES) {
            throw new IOException(index + " is too large");
        }
        List<String> logs = Files.readAllLines(index);
        if (logs.isEmpty()) {
            throw new IOException(index + " names no log");
        }
        return readLog(directory.resolve(logs.get(logs.size() - 1)).normalize());
    }

    /** Returns the transactions in one log and in all before it. */
    static GtidSet readLog(Path log) throws IOException {
        StoppedLogs read = new StoppedLogs();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(log), 1 << 16))) {
            if (in.readInt() != MAGIC) {
                throw new IOException(log + " is encrypted, or is no binary log");
            }
            while (true) {
                read.event(in, log);
            }
        } catch (EOFException e) { // in the middle of an event if the server was killed while it wrote
            if (!read.knowsEarlier) {
                throw new IOException(log + " ends before it names the earlier transactions", e);
            }
        } catch (BufferUnderflowException e) {
            throw new IOException(log + " is damaged", e);
        }
        read.growing.forEach((uuid, interval) -> read.add(uuid, interval));
        return GtidSet.parse(read.sets.toString());
    }

    private void event(DataInputStream in, Path log) throws IOException {
        ByteBuffer header = bytes(in, HEADER_BYTES);
        int type = header.get(4) & 0xff;
        long body = (header.getInt(9) & 0xffffffffL) - HEADER_BYTES;
        if (body < 0) {
            throw new IOException(log + " has an event that is shorter than its header");
        }
        if (type == TAGGED_GTID) {
            throw new IOException(log + " has transactions with tags");
        }
        if (type == PREVIOUS_GTIDS) {
            if (body > MAX_PREVIOUS_BYTES) {
                throw new IOException(log + " names too many earlier transactions");
            }
            previous(bytes(in, (int) body), log);
        } else if (type == GTID && body >= GTID_BYTES) {
            ByteBuffer gtid = bytes(in, GTID_BYTES);
            gtid.get();
            committed(uuid(gtid), gtid.getLong());
            in.skipNBytes(body - GTID_BYTES);
        } else {
            in.skipNBytes(body);
        }
    }

    private void previous(ByteBuffer body, Path log) throws IOException {
        long servers = body.getLong();
        if (servers < 0 || servers > body.remaining() / GTID_BYTES) {
            throw new IOException(log + " has transactions with tags");
        }
        for (long i = 0; i < servers; i++) {
            UUID uuid = uuid(body);
            long intervals = body.getLong();
            for (long j = 0; j < intervals; j++) {
                add(uuid, new long[] {body.getLong(), body.getLong() - 1});
            }
        }
        knowsEarlier = true;
    }

    private void committed(UUID uuid, long number) {
        long[] interval = growing.computeIfAbsent(uuid, first -> new long[] {number, number - 1});
        if (number != interval[1] + 1) {
            add(uuid, interval.clone());
            interval[0] = number;
        }
        interval[1] = number;
    }

    private void add(UUID uuid, long[] interval) {
        sets.add(uuid + ":" + interval[0] + "-" + interval[1]);
    }

    private static UUID uuid(ByteBuffer from) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        while (bytes.hasRemaining()) {
            bytes.put(from.get());
        }
        return new UUID(bytes.getLong(0), bytes.getLong(8));
    }

    private static ByteBuffer bytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
