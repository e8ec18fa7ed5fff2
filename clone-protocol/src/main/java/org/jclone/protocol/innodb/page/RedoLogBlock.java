package org.jclone.protocol.innodb.page;

import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.requireU32;

import java.nio.ByteBuffer;

/**
 * Header and checksum of a block of the redo log. Big-endian.
 *
 * <pre>
 * offset  size  type  field             meaning
 *      0     4  u32   number            1 + (LSN / 512 mod 2^30)
 *      4     2  u16   dataLength        including the header, 512 = full; bit 15 = encrypted
 *      6     2  u16   firstRecordGroup  offset of the first record group that begins here, 0 = none
 *      8     4  u32   epoch             1 + LSN / 512 / 2^30
 *     12              data
 *    508     4  u32   checksum          CRC-32C of 0..507, or 0xDEADBEEF if log checksums are off
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 6.2.
 *
 * @param dataLength without the encryption bit
 */
public record RedoLogBlock(long number, int dataLength, boolean encrypted, int firstRecordGroup, long epoch) {

    public static final int LENGTH = 512;
    public static final int HEADER_LENGTH = 12;

    /** Replaces the checksum if log checksums are disabled. */
    public static final int NO_CHECKSUM = 0xdead_beef;

    private static final int CHECKSUM_OFFSET = 508;
    private static final int ENCRYPTED_BIT = 0x8000;
    private static final long NUMBERS_PER_EPOCH = 1L << 30;

    public RedoLogBlock {
        requireU32("number", number);
        requireU16("dataLength", dataLength);
        if ((dataLength & ENCRYPTED_BIT) != 0) {
            throw new IllegalArgumentException("dataLength: " + dataLength + " (expected: < 32768)");
        }
        requireU16("firstRecordGroup", firstRecordGroup);
        requireU32("epoch", epoch);
    }

    /** Returns the number of the block that contains {@code lsn}. */
    public static long numberAt(long lsn) {
        return 1 + lsn / LENGTH % NUMBERS_PER_EPOCH;
    }

    /** Returns the epoch of the block that contains {@code lsn}. */
    public static long epochAt(long lsn) {
        return 1 + lsn / LENGTH / NUMBERS_PER_EPOCH;
    }

    /** Reads the header of the block at the position of {@code block}, without moving the position. */
    public static RedoLogBlock read(ByteBuffer block) {
        int at = block.position();
        int lengthField = block.getShort(at + 4) & 0xffff;
        return new RedoLogBlock(
                Integer.toUnsignedLong(block.getInt(at)),
                lengthField & ~ENCRYPTED_BIT,
                (lengthField & ENCRYPTED_BIT) != 0,
                block.getShort(at + 6) & 0xffff,
                Integer.toUnsignedLong(block.getInt(at + 8)));
    }

    /** Writes header and checksum around the data of the block at the position of {@code block}. */
    public void writeTo(ByteBuffer block) {
        int at = block.position();
        block.putInt(at, (int) number);
        block.putShort(at + 4, (short) (dataLength | (encrypted ? ENCRYPTED_BIT : 0)));
        block.putShort(at + 6, (short) firstRecordGroup);
        block.putInt(at + 8, (int) epoch);
        block.putInt(at + CHECKSUM_OFFSET, PageChecksum.crc32c(block, 0, CHECKSUM_OFFSET));
    }

    /** Returns whether the checksum of the block at the position of {@code block} is valid or disabled. */
    public static boolean hasValidChecksum(ByteBuffer block) {
        int checksum = block.getInt(block.position() + CHECKSUM_OFFSET);
        return checksum == PageChecksum.crc32c(block, 0, CHECKSUM_OFFSET) || checksum == NO_CHECKSUM;
    }

    public boolean isFull() {
        return dataLength == LENGTH;
    }
}
