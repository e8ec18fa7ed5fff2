package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;

/**
 * InnoDB's encryption of an area whose length is not a multiple of the cipher's block size: first the whole blocks,
 * then the last 32 bytes again, each time from the same IV. Decryption reverses the order.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 9.6.
 */
final class CbcArea implements AutoCloseable {

    /** The minimum length of an area: two blocks. */
    static final int TAIL = 2 * Aes.BLOCK;

    private final Aes aes;

    CbcArea(TablespaceKey key) {
        aes = Aes.cbc(key.key(), key.cbcIv());
    }

    void encrypt(ByteBuffer bytes, int from, int to) {
        int length = to - from;
        int whole = length / Aes.BLOCK * Aes.BLOCK;
        aes.encrypt(bytes, from, whole);
        if (whole < length) {
            aes.encrypt(bytes, to - TAIL, TAIL);
        }
    }

    void decrypt(ByteBuffer bytes, int from, int to) {
        int length = to - from;
        int whole = length / Aes.BLOCK * Aes.BLOCK;
        if (whole < length) {
            aes.decrypt(bytes, to - TAIL, TAIL);
        }
        aes.decrypt(bytes, from, whole);
    }

    /** Decrypts an area of {@code bytes} to the same place of {@code plain}. Changes the end of the area. */
    void decrypt(byte[] bytes, int from, int to, byte[] plain) {
        int length = to - from;
        int whole = length / Aes.BLOCK * Aes.BLOCK;
        if (whole < length) {
            aes.decrypt(bytes, to - TAIL, TAIL, plain, to - TAIL);
            System.arraycopy(plain, to - TAIL, bytes, to - TAIL, TAIL);
        }
        aes.decrypt(bytes, from, whole, plain, from);
    }

    @Override
    public void close() {
        aes.close();
    }
}
