package org.jclone.donor.cold;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.donor.source.RedoLog;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The redo log that a clone of a cold directory gets: a header with the last checkpoint, and the one block in which the
 * checkpoint is. A server that was shut down cleanly has nothing behind it. Neither is encrypted, whatever the server
 * had; the one that starts on the clone encrypts what it writes itself if it is set up so.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 6.2 and 12.
 */
final class ColdRedo {

    /** Any multiple of the page size from 64 KiB on will do. */
    private static final long FILE_SIZE = 8 << 20;

    private static final String FOLDER = "#innodb_redo";
    private static final String FILE_PATTERN = "#ib_redo\\d+";
    private static final String RECOVER_HINT = "Start a server on it and shut it down cleanly, or take another copy.";

    private record Found(Path file, RedoHeader header, long checkpoint) {}

    private final byte[] header;
    private final byte[] block;

    private ColdRedo(byte[] header, byte[] block) {
        this.header = header;
        this.block = block;
    }

    /** @throws ColdDirectoryException if the server was not shut down cleanly */
    static ColdRedo read(Path directory, ColdKeys keys) throws IOException {
        Path folder = directory.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            throw new ColdDirectoryException(
                    "there is no " + folder, "Data directories of MySQL 8.0.30 and later can be served.");
        }
        Found newest = newest(folder);
        long blockLsn = newest.checkpoint() / RedoLogBlock.LENGTH * RedoLogBlock.LENGTH;
        byte[] block = lastBlock(newest, blockLsn, keys);
        RedoHeader header = new RedoHeader(
                newest.header().logUuid(),
                blockLsn,
                RedoHeader.CLONE_CREATOR,
                0,
                newest.checkpoint(),
                newest.checkpoint(),
                RedoHeader.NO_ENCRYPTION);
        ByteBuf encoded = Unpooled.buffer(RedoHeader.LENGTH);
        RedoHeader.CODEC.encode(header, encoded);
        return new ColdRedo(encoded.array(), block);
    }

    private static Found newest(Path folder) throws IOException {
        Found newest = null;
        for (Path file : files(folder)) {
            Found found = read(file, Files.size(file));
            if (found != null && (newest == null || found.checkpoint() > newest.checkpoint())) {
                newest = found;
            }
        }
        if (newest == null) {
            throw new ColdDirectoryException("no checkpoint in the redo log in " + folder, RECOVER_HINT);
        }
        return newest;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(FILE_PATTERN))
                    .sorted()
                    .toList();
        }
    }

    /** Null if the file has no checkpoint of its own. */
    private static Found read(Path file, long size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RedoHeader.LENGTH);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FirstPage.readFully(channel, bytes, 0);
        }
        try {
            RedoHeader header = RedoHeader.CODEC.decode(Unpooled.wrappedBuffer(bytes.array()));
            long checkpoint = Math.max(header.checkpointLsn1(), header.checkpointLsn2());
            boolean inside =
                    checkpoint >= header.startLsn() && checkpoint < header.startLsn() + size - RedoHeader.LENGTH;
            return inside ? new Found(file, header, checkpoint) : null;
        } catch (MalformedPacketException e) {
            throw new ColdDirectoryException("the header of " + file + " is broken: " + e.getMessage(), RECOVER_HINT);
        }
    }

    private static byte[] lastBlock(Found found, long blockLsn, ColdKeys keys) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(RedoLogBlock.LENGTH);
        try (FileChannel channel = FileChannel.open(found.file(), StandardOpenOption.READ)) {
            FirstPage.readFully(
                    channel,
                    block,
                    RedoHeader.LENGTH + blockLsn - found.header().startLsn());
        }
        block.clear();
        if (RedoLogBlock.read(block).encrypted()) {
            keys.decrypt(block, found.header(), found.file());
        }
        RedoLogBlock fields = RedoLogBlock.read(block);
        boolean right = fields.number() == RedoLogBlock.numberAt(blockLsn) && RedoLogBlock.hasValidChecksum(block);
        if (!right || fields.dataLength() != found.checkpoint() - blockLsn) {
            throw new ColdDirectoryException(
                    "the redo log goes on behind the checkpoint at LSN " + found.checkpoint()
                            + ": the server was not shut down cleanly",
                    RECOVER_HINT);
        }
        return block.array();
    }

    RedoLog log() {
        return RedoLog.ofOneBlock(FILE_SIZE);
    }

    /** Fills {@code into} from {@code offset}, which is that of the header or of the block. */
    void read(long offset, ByteBuffer into) {
        into.put(offset < RedoHeader.LENGTH ? header : block);
    }
}
