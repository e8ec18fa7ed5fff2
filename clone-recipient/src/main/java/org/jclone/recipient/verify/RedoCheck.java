package org.jclone.recipient.verify;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.encryption.RedoBlockCipher;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.encryption.WrongMasterKeyException;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.StopCheck;
import org.jclone.recipient.storage.StorageErrors;

/**
 * Reads the redo log of a clone from the checkpoint to the first block that is not full, which is the last. Each block
 * must follow the one before in number and epoch, and have a correct checksum. This detects lost, swapped and changed
 * blocks.
 *
 * <p>The checksum of an encrypted block is encrypted too: the block is decrypted with the key in the header of the
 * first file. If that key cannot be opened, only number, epoch and length of such a block are checked.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 6.2 and 10.
 */
final class RedoCheck {

    private static final int READ_BYTES = 1 << 18;
    private static final int FORMAT = 6;

    private final DamageList damages;
    private final KeyOpener keys;
    private final StopCheck stop;
    private final ByteBuffer plain = ByteBuffer.allocate(RedoLogBlock.LENGTH);
    private Optional<RedoBlockCipher> cipher = Optional.empty();
    private String keyProblem = "";

    /** @param stop asked before each read */
    RedoCheck(DamageList damages, KeyOpener keys, StopCheck stop) {
        this.damages = damages;
        this.keys = keys;
        this.stop = stop;
    }

    /**
     * The part of the log that recovery reads.
     *
     * @param checkpointLsn where recovery begins
     * @param endLsn where it ends
     */
    record Range(long checkpointLsn, long endLsn) {}

    /**
     * Checks the files in the order of their numbers.
     *
     * @return empty if the end was not found, or the log has a format before 6, which is not checked
     */
    Optional<Range> run(List<Path> files) throws CloneException {
        try {
            return walk(files);
        } finally {
            cipher.ifPresent(RedoBlockCipher::close);
        }
    }

    private Optional<Range> walk(List<Path> files) throws CloneException {
        long expectedStart = -1;
        long checkpoint = 0;
        long next = -1;
        for (Path file : files) {
            try (FileChannel channel =
                    FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                Optional<RedoHeader> header = header(file, channel);
                if (header.isEmpty()) {
                    return Optional.empty();
                }
                long start = header.get().startLsn();
                if (expectedStart < 0) {
                    checkpoint =
                            Math.max(header.get().checkpointLsn1(), header.get().checkpointLsn2());
                    next = checkpoint - checkpoint % RedoLogBlock.LENGTH;
                } else if (start != expectedStart) {
                    damages.add(new Damage(file, -1, 8, "start LSN " + start + " (expected: " + expectedStart + ')'));
                    return Optional.empty();
                }
                expectedStart = start + channel.size() - RedoHeader.LENGTH;
                if (next < start || next >= expectedStart) {
                    damages.add(new Damage(
                            file,
                            -1,
                            0,
                            "no block for LSN " + next + "; the file has " + start + " to " + expectedStart));
                    return Optional.empty();
                }
                Walk walk = new Walk(file, channel, start, next);
                if (!walk.run()) {
                    return Optional.empty();
                }
                if (walk.end >= 0) {
                    return Optional.of(new Range(checkpoint, walk.end));
                }
                next = walk.lsn;
            } catch (IOException e) {
                throw StorageErrors.of("read", file, -1, e);
            }
        }
        if (!files.isEmpty()) {
            damages.add(new Damage(
                    files.get(files.size() - 1), -1, -1, "no end of the log; the next block is at LSN " + next));
        }
        return Optional.empty();
    }

    private Optional<RedoHeader> header(Path file, FileChannel channel) throws IOException {
        ByteBuffer bytes = read(channel, 0, RedoHeader.LENGTH);
        if (bytes.remaining() >= Integer.BYTES && bytes.getInt(0) > 0 && bytes.getInt(0) < FORMAT) {
            return Optional.empty();
        }
        try {
            if (cipher.isEmpty()) {
                findKey(bytes);
            }
            return Optional.of(RedoHeader.CODEC.decode(Unpooled.wrappedBuffer(bytes)));
        } catch (MalformedPacketException e) {
            damages.add(new Damage(file, -1, 0, e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * A server opens the key of the first file. The files after it have the same key, or one as on the donor's disk.
     */
    private void findKey(ByteBuffer header) {
        Optional<WrappedKey> wrapped = EncryptionInfoBlock.ofRedoHeader(header);
        if (wrapped.isEmpty()) {
            return;
        }
        try (TablespaceKey key = keys.open(wrapped.get())) {
            cipher = Optional.of(new RedoBlockCipher(key));
        } catch (WrongMasterKeyException e) {
            keyProblem = e.getMessage();
        }
    }

    private boolean hasValidChecksum(RedoLogBlock block, ByteBuffer bytes) {
        if (!block.encrypted()) {
            return RedoLogBlock.hasValidChecksum(bytes);
        }
        if (cipher.isEmpty()) {
            return true;
        }
        plain.clear().put(bytes.slice(bytes.position(), RedoLogBlock.LENGTH)).flip();
        cipher.get().decrypt(plain);
        return RedoLogBlock.hasValidChecksum(plain);
    }

    private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        FileIo.read(channel, bytes, offset);
        return bytes.flip();
    }

    /** Walks through the blocks of one file. */
    private final class Walk {

        private final Path file;
        private final FileChannel channel;
        private final long start;
        private long lsn;
        private long end = -1;

        Walk(Path file, FileChannel channel, long start, long lsn) {
            this.file = file;
            this.channel = channel;
            this.start = start;
            this.lsn = lsn;
        }

        /** Returns false if a block is wrong, after recording the damage. */
        boolean run() throws IOException, CloneException {
            while (end < 0) {
                stop.check();
                ByteBuffer blocks = read(channel, offset(), READ_BYTES);
                if (blocks.remaining() < RedoLogBlock.LENGTH) {
                    return true;
                }
                while (end < 0 && blocks.remaining() >= RedoLogBlock.LENGTH) {
                    String wrong = check(blocks);
                    if (!wrong.isEmpty()) {
                        damages.add(new Damage(file, -1, offset(), "redo block of LSN " + lsn + ": " + wrong));
                        return false;
                    }
                    blocks.position(blocks.position() + RedoLogBlock.LENGTH);
                }
            }
            return true;
        }

        private long offset() {
            return RedoHeader.LENGTH + lsn - start;
        }

        private String check(ByteBuffer bytes) {
            RedoLogBlock block = RedoLogBlock.read(bytes);
            if (block.number() != RedoLogBlock.numberAt(lsn) || block.epoch() != RedoLogBlock.epochAt(lsn)) {
                return "number " + block.number() + " of epoch " + block.epoch() + " (expected: "
                        + RedoLogBlock.numberAt(lsn) + " of " + RedoLogBlock.epochAt(lsn) + ')';
            }
            if (block.encrypted() && cipher.isEmpty() && keys != KeyOpener.WITHOUT_KEYRING) {
                return "it is encrypted, and there is no key: " + keyProblem;
            }
            if (!hasValidChecksum(block, bytes)) {
                return "checksum is wrong";
            }
            if (block.dataLength() < RedoLogBlock.HEADER_LENGTH || block.dataLength() > RedoLogBlock.LENGTH) {
                return "length " + block.dataLength() + " (expected: 12 to 512)";
            }
            if (block.isFull()) {
                lsn += RedoLogBlock.LENGTH;
            } else {
                end = lsn + block.dataLength();
            }
            return "";
        }
    }
}
