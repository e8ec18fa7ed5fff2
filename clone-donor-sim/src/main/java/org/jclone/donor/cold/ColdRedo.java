package org.jclone.donor.cold;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.RedoLog;
import org.jclone.protocol.innodb.page.ChunkGeometry;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The redo log that a clone of a cold directory gets. It is never encrypted: the server that starts on the clone
 * encrypts its own redo if it is configured to.
 *
 * <ul>
 *   <li>A server that was shut down cleanly has nothing after its last checkpoint. Its clone gets a header with the
 *       checkpoint, and the one block that contains the checkpoint.
 *   <li>A clone on which no server was ever started needs its redo log for recovery. Its clone gets the whole log.
 *   <li>A server that crashed is refused: its pages may be torn, and the doublewrite files that repair them are not
 *       part of a clone.
 * </ul>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 6 and 12.
 */
final class ColdRedo {

    /** Any multiple of the page size from 64 KiB on works. */
    private static final long SHORT_FILE_SIZE = 8 << 20;

    private static final int BLOCK = RedoLogBlock.LENGTH;
    private static final int SCAN_BYTES = 1 << 20;
    private static final String FOLDER = "#innodb_redo";
    private static final String FILE_PATTERN = "#ib_redo\\d+";
    private static final String RECOVER_HINT =
            "If the server crashed, start it on the directory and shut it down cleanly. If this is a copy of a running server,"
                    + " take another one.";

    /** A redo file on disk. */
    private record Found(Path file, long size, RedoHeader header) {

        long checkpoint() {
            return Math.max(header.checkpointLsn1(), header.checkpointLsn2());
        }

        long endLsn() {
            return header.startLsn() + size - RedoHeader.LENGTH;
        }

        boolean hasCheckpoint() {
            return checkpoint() >= header.startLsn() && checkpoint() < endLsn();
        }
    }

    /**
     * A redo file as served.
     *
     * @param header its first bytes
     * @param shift how far before this offset its blocks are in the file on disk
     */
    private record Served(Found from, Bytes header, long shift) {}

    private final ColdKeys keys;
    private final List<Served> files;
    private final RedoLog log;
    private final boolean recovers;

    private ColdRedo(ColdKeys keys, List<Served> files, RedoLog log, boolean recovers) {
        this.keys = keys;
        this.files = files;
        this.log = log;
        this.recovers = recovers;
    }

    /**
     * @param others directories outside of the data directory, possibly including innodb_log_group_home_dir
     * @param flushLsn LSN in page 0 of the system tablespace
     * @param freshClone whether the directory is a clone on which no server was started yet
     * @throws ColdDirectoryException if the server was not shut down cleanly, or the log does not belong to the data
     */
    static ColdRedo read(
            Path directory, List<Path> others, ColdKeys keys, long flushLsn, boolean freshClone, int pageSize)
            throws IOException {
        Found newest = newest(directory, others);
        if (newest.checkpoint() < flushLsn) {
            throw new ColdDirectoryException(
                    "the redo log in " + newest.file().getParent() + " ends at LSN " + newest.checkpoint()
                            + ", and the server was shut down at LSN " + flushLsn
                            + " according to the system tablespace: this redo log does not belong to the data",
                    "Restore the redo log that belongs to the data, or take another copy.");
        }
        ChunkGeometry geometry = new ChunkGeometry(pageSize);
        long blockLsn = newest.checkpoint() / BLOCK * BLOCK;
        if (isEnd(newest, blockLsn, keys)) {
            Bytes header = header(newest.header(), blockLsn, newest.checkpoint());
            Served only = new Served(newest, header, blockLsn - newest.header().startLsn());
            RedoLog log = RedoLog.of(SHORT_FILE_SIZE, List.of((long) RedoHeader.LENGTH + BLOCK), geometry, 1);
            return new ColdRedo(keys, List.of(only), log, false);
        }
        if (!freshClone || !newest.header().isOfClone()) {
            throw new ColdDirectoryException(
                    "the redo log continues after the checkpoint at LSN " + newest.checkpoint()
                            + ": the server was not shut down cleanly",
                    RECOVER_HINT);
        }
        return whole(newest, blockLsn, keys, geometry);
    }

    private static Found newest(Path directory, List<Path> others) throws IOException {
        List<Path> folders = Stream.concat(Stream.of(directory), others.stream())
                .map(folder -> folder.resolve(FOLDER))
                .filter(Files::isDirectory)
                .toList();
        if (folders.isEmpty()) {
            throw new ColdDirectoryException(
                    "there is no " + directory.resolve(FOLDER),
                    "Only data directories of MySQL 8.0.30 and later can be served. If the redo log is elsewhere"
                            + " (innodb_log_group_home_dir), name the directory with --directories.");
        }
        List<Found> found = new ArrayList<>();
        for (Path folder : folders) {
            found.addAll(files(folder));
        }
        return found.stream()
                .filter(Found::hasCheckpoint)
                .max(Comparator.comparingLong(Found::checkpoint))
                .orElseThrow(() ->
                        new ColdDirectoryException("no checkpoint in the redo log in " + folders.get(0), RECOVER_HINT));
    }

    private static List<Found> files(Path folder) throws IOException {
        List<Found> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.sorted().toList()) {
                if (file.getFileName().toString().matches(FILE_PATTERN)) {
                    found.add(found(file));
                }
            }
        }
        return found;
    }

    private static Found found(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RedoHeader.LENGTH);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FirstPage.readFully(channel, bytes, 0);
            return new Found(file, channel.size(), RedoHeader.CODEC.decode(Unpooled.wrappedBuffer(bytes.array())));
        } catch (MalformedPacketException e) {
            throw new ColdDirectoryException("the header of " + file + " is damaged: " + e.getMessage(), RECOVER_HINT);
        }
    }

    private static Bytes header(RedoHeader found, long startLsn, long checkpoint) {
        RedoHeader header = new RedoHeader(
                found.logUuid(),
                startLsn,
                RedoHeader.CLONE_CREATOR,
                0,
                checkpoint,
                checkpoint,
                RedoHeader.NO_ENCRYPTION);
        ByteBuf encoded = Unpooled.buffer(RedoHeader.LENGTH, RedoHeader.LENGTH);
        RedoHeader.CODEC.encode(header, encoded);
        return Bytes.of(encoded.array());
    }

    /** Returns whether the log ends at its checkpoint. */
    private static boolean isEnd(Found found, long blockLsn, ColdKeys keys) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        read(found, RedoHeader.LENGTH + blockLsn - found.header().startLsn(), block, keys);
        block.clear();
        return isBlock(block, blockLsn) && RedoLogBlock.read(block).dataLength() == found.checkpoint() - blockLsn;
    }

    private static boolean isBlock(ByteBuffer block, long lsn) {
        RedoLogBlock fields = RedoLogBlock.read(block);
        return fields.number() == RedoLogBlock.numberAt(lsn)
                && fields.epoch() == RedoLogBlock.epochAt(lsn)
                && RedoLogBlock.hasValidChecksum(block);
    }

    /** Returns the log from the file with the checkpoint to its last block. */
    private static ColdRedo whole(Found first, long blockLsn, ColdKeys keys, ChunkGeometry geometry)
            throws IOException {
        List<Found> all = files(first.file().getParent());
        List<Served> served = new ArrayList<>();
        List<Long> usedBytes = new ArrayList<>();
        Found file = first;
        long lsn = blockLsn;
        while (true) {
            long checkpoint = served.isEmpty() ? first.checkpoint() : 0;
            served.add(new Served(file, header(file.header(), file.header().startLsn(), checkpoint), 0));
            long end = endOfLog(file, lsn, keys);
            usedBytes.add(RedoHeader.LENGTH + end - file.header().startLsn());
            if (end % BLOCK != 0) {
                break;
            }
            lsn = end;
            Optional<Found> next = all.stream()
                    .filter(each -> each.header().startLsn() == end && each.size() == first.size())
                    .findFirst();
            if (end < file.endLsn() || next.isEmpty()) {
                throw new ColdDirectoryException(
                        "the redo log of the clone ends early, at LSN " + end + ", in " + file.file(),
                        "Clone again, or take another copy.");
            }
            file = next.get();
        }
        int last = usedBytes.size() - 1;
        usedBytes.set(last, (usedBytes.get(last) + BLOCK - 1) / BLOCK * BLOCK);
        return new ColdRedo(keys, served, RedoLog.of(first.size(), usedBytes, geometry, 1), true);
    }

    /** Returns the LSN at which the log in this file ends; within a block if the whole log ends here. */
    private static long endOfLog(Found file, long from, ColdKeys keys) throws IOException {
        long lsn = from;
        while (lsn < file.endLsn()) {
            ByteBuffer blocks = ByteBuffer.allocate((int) Math.min(SCAN_BYTES, file.endLsn() - lsn));
            read(file, RedoHeader.LENGTH + lsn - file.header().startLsn(), blocks, keys);
            for (int at = 0; at < blocks.capacity(); at += BLOCK, lsn += BLOCK) {
                ByteBuffer block = blocks.slice(at, BLOCK);
                if (!isBlock(block, lsn)) {
                    return lsn;
                }
                RedoLogBlock fields = RedoLogBlock.read(block);
                if (!fields.isFull()) {
                    return lsn + fields.dataLength();
                }
            }
        }
        return lsn;
    }

    /** Fills {@code into} with whole decrypted blocks of a file. */
    private static void read(Found found, long offset, ByteBuffer into, ColdKeys keys) throws IOException {
        int at = into.position();
        try (FileChannel channel = FileChannel.open(found.file(), StandardOpenOption.READ)) {
            FirstPage.readFully(channel, into, offset);
        }
        keys.decrypt(into.slice(at, into.position() - at), found.header(), found.file());
    }

    RedoLog log() {
        return log;
    }

    /** Returns whether a server that starts on this data first recovers it with this log. */
    boolean recovers() {
        return recovers;
    }

    /** Returns the files that the log is read from. */
    List<Path> paths() {
        return files.stream().map(file -> file.from().file()).toList();
    }

    /** Fills {@code into} with a block of this log. */
    void read(Block block, ByteBuffer into) throws IOException {
        Served file = files.get(block.fileIndex());
        long offset = block.fileOffset();
        if (offset < RedoHeader.LENGTH) {
            int count = (int) Math.min(into.remaining(), RedoHeader.LENGTH - offset);
            into.put(file.header().toByteArray(), (int) offset, count);
            offset += count;
        }
        if (into.hasRemaining()) {
            read(file.from(), offset + file.shift(), into, keys);
        }
    }
}
