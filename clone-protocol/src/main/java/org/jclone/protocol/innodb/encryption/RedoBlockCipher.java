package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.page.RedoLogBlock;

/**
 * Encrypts and decrypts blocks of the redo log: bytes 12 to 511. These include the checksum, which is that of the
 * plain block. Bit 15 of the length field marks an encrypted block. Source: docs/protocol/02-innodb-clone-stream.md
 * section 9.6. Not thread-safe.
 */
public final class RedoBlockCipher implements AutoCloseable {

    private static final int LENGTH_FIELD = 4;
    private static final int ENCRYPTED_BIT = 0x8000;

    private final CbcArea cbc;

    /** @param key may be closed as soon as the constructor returns */
    public RedoBlockCipher(TablespaceKey key) {
        cbc = new CbcArea(key);
    }

    /**
     * Decrypts the block at the position of {@code block} in place. Leaves a block that is not encrypted unchanged.
     */
    public void decrypt(ByteBuffer block) {
        int at = block.position();
        int length = block.getShort(at + LENGTH_FIELD);
        if ((length & ENCRYPTED_BIT) != 0) {
            cbc.decrypt(block, at + RedoLogBlock.HEADER_LENGTH, at + RedoLogBlock.LENGTH);
            block.putShort(at + LENGTH_FIELD, (short) (length & ~ENCRYPTED_BIT));
        }
    }

    /** Encrypts the block at the position of {@code block} in place. */
    public void encrypt(ByteBuffer block) {
        int at = block.position();
        cbc.encrypt(block, at + RedoLogBlock.HEADER_LENGTH, at + RedoLogBlock.LENGTH);
        block.putShort(at + LENGTH_FIELD, (short) (block.getShort(at + LENGTH_FIELD) | ENCRYPTED_BIT));
    }

    @Override
    public void close() {
        cbc.close();
    }
}
