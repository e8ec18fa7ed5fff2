package org.jclone.protocol.innodb.page;

import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU63;
import static org.jclone.protocol.wire.FieldWriter.utf8Length;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The first 2048 bytes of a redo file of format 6, which servers write since 8.0.30: four blocks of 512 bytes.
 *
 * <p>Byte order: big-endian.
 *
 * <pre>
 * offset  size  type   field           meaning
 *      0     4  u32    format          6
 *      4     4  u32    logUuid         the same in all files of a log
 *      8     8  u64    startLsn        LSN of the byte at file offset 2048
 *     16    32  ascii  creator         NUL-padded; {@link #CLONE_CREATOR} marks a cloned database
 *     48     4  u32    flags           1 no logging, 2 crash unsafe, 4 not initialised, 8 file full; 0 in clones
 *    508     4  u32    checksum        CRC-32C of 0..507
 *    520     8  u64    checkpointLsn1  0 in all files but the first; CRC-32C of its block at 1020
 *   1072   111  bytes  encryption      {@link EncryptionInfo}, all zero if not encrypted; no checksum
 *   1544     8  u64    checkpointLsn2  as above; CRC-32C of its block at 2044
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 6.2.
 */
public record RedoHeader(
        long logUuid,
        long startLsn,
        String creator,
        long flags,
        long checkpointLsn1,
        long checkpointLsn2,
        Bytes encryption) {

    public static final MessageCodec<RedoHeader> CODEC = new Codec();
    public static final int LENGTH = 2048;
    public static final int FORMAT = 6;

    /** The creator of a cloned log. */
    public static final String CLONE_CREATOR = "MySQL Clone";

    /** The {@link #encryption()} of a log that is not encrypted. */
    public static final Bytes NO_ENCRYPTION = Bytes.of(new byte[EncryptionInfo.LENGTH]);

    private static final int BLOCK = RedoLogBlock.LENGTH;
    private static final int CHECKSUM_OFFSET = BLOCK - Integer.BYTES;
    private static final int CREATOR_LENGTH = 32;
    private static final int CHECKPOINT_OFFSET = 8;

    public RedoHeader {
        requireU32("logUuid", logUuid);
        requireU63("startLsn", startLsn);
        requireU32("flags", flags);
        requireU63("checkpointLsn1", checkpointLsn1);
        requireU63("checkpointLsn2", checkpointLsn2);
        if (utf8Length(creator) >= CREATOR_LENGTH || creator.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("creator: " + creator + " (expected: < 32 bytes without NUL)");
        }
        if (encryption.length() != EncryptionInfo.LENGTH) {
            throw new IllegalArgumentException(
                    "encryption: " + encryption.length() + " bytes (expected: " + EncryptionInfo.LENGTH + ')');
        }
    }

    public boolean isEncrypted() {
        return !encryption.equals(NO_ENCRYPTION);
    }

    /** Returns whether the log belongs to a clone that no server has opened yet. */
    public boolean isOfClone() {
        return creator.startsWith(CLONE_CREATOR);
    }

    /** Hides the encryption information: in the clone stream it contains the key in plain text. */
    @Override
    public String toString() {
        return "RedoHeader[logUuid=" + logUuid + ", startLsn=" + startLsn + ", creator=" + creator + ", flags=" + flags
                + ", checkpointLsn1=" + checkpointLsn1 + ", checkpointLsn2=" + checkpointLsn2 + ", encryption="
                + (isEncrypted() ? "REDACTED" : "none") + ']';
    }

    private static final class Codec implements MessageCodec<RedoHeader> {

        private static final String NAME = "RedoHeader";

        @Override
        public void encode(RedoHeader message, ByteBuf out) {
            ByteBuf header = out.alloc().heapBuffer(LENGTH, LENGTH);
            try {
                header.writeZero(LENGTH);
                header.setInt(0, FORMAT);
                header.setInt(4, (int) message.logUuid());
                header.setLong(8, message.startLsn());
                header.setBytes(16, message.creator().getBytes(StandardCharsets.UTF_8));
                header.setInt(48, (int) message.flags());
                header.setLong(BLOCK + CHECKPOINT_OFFSET, message.checkpointLsn1());
                header.setBytes(
                        EncryptionInfo.REDO_FILE_OFFSET, message.encryption().toByteArray());
                header.setLong(3 * BLOCK + CHECKPOINT_OFFSET, message.checkpointLsn2());
                header.setInt(CHECKSUM_OFFSET, checksum(header, 0));
                header.setInt(BLOCK + CHECKSUM_OFFSET, checksum(header, BLOCK));
                header.setInt(3 * BLOCK + CHECKSUM_OFFSET, checksum(header, 3 * BLOCK));
                out.writeBytes(header);
            } finally {
                header.release();
            }
        }

        @Override
        public RedoHeader decode(ByteBuf in) {
            ByteBuf header = in.slice();
            FieldReader fields = FieldReader.bigEndian(in, NAME);
            long format = fields.u32("format");
            if (format != FORMAT) {
                throw new MalformedPacketException(NAME, "format", 0, format + " (expected: " + FORMAT + ')');
            }
            long logUuid = fields.u32("logUuid");
            long startLsn = fields.u63("startLsn");
            String creator = readCreator(fields);
            long flags = fields.u32("flags");
            fields.skip("padding", BLOCK + CHECKPOINT_OFFSET - fields.offset());
            long checkpointLsn1 = fields.u63("checkpointLsn1");
            fields.skip("padding", EncryptionInfo.REDO_FILE_OFFSET - fields.offset());
            Bytes encryption = fields.bytes("encryption", EncryptionInfo.LENGTH);
            fields.skip("padding", 3 * BLOCK + CHECKPOINT_OFFSET - fields.offset());
            long checkpointLsn2 = fields.u63("checkpointLsn2");
            fields.skip("padding", LENGTH - fields.offset());
            fields.end();
            verifyChecksum(header, 0);
            verifyChecksum(header, BLOCK);
            verifyChecksum(header, 3 * BLOCK);
            return new RedoHeader(logUuid, startLsn, creator, flags, checkpointLsn1, checkpointLsn2, encryption);
        }

        private static String readCreator(FieldReader fields) {
            int offset = fields.offset();
            String padded = fields.utf8("creator", CREATOR_LENGTH);
            int end = padded.indexOf('\0');
            if (end < 0) {
                throw new MalformedPacketException(NAME, "creator", offset, "no NUL in " + CREATOR_LENGTH + " bytes");
            }
            return padded.substring(0, end);
        }

        private static void verifyChecksum(ByteBuf header, int block) {
            int expected = checksum(header, block);
            int found = header.getInt(block + CHECKSUM_OFFSET);
            if (found != expected) {
                throw new MalformedPacketException(
                        NAME,
                        "checksum",
                        block + CHECKSUM_OFFSET,
                        Integer.toHexString(found) + " (expected: " + Integer.toHexString(expected) + ')');
            }
        }

        private static int checksum(ByteBuf header, int block) {
            return PageChecksum.crc32c(header.nioBuffer(block, CHECKSUM_OFFSET), 0, CHECKSUM_OFFSET);
        }
    }
}
