package org.jclone.protocol.innodb.encryption;

import static java.util.Objects.checkFromToIndex;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Key and initialization vector of an encrypted tablespace or redo log, in plain text as the donor sends them over
 * TLS. Neither is ever printed or written to disk. The owner closes the key, which wipes it.
 *
 * <pre>
 * offset  size  type   field
 *      0    32  bytes  key
 *     32    32  bytes  IV; CBC uses the first half
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.5, 9.1 and 9.3.
 */
public final class TablespaceKey implements AutoCloseable {

    public static final int KEY_LENGTH = 32;
    public static final int IV_LENGTH = 32;
    public static final int LENGTH = KEY_LENGTH + IV_LENGTH;

    private final SecretBytes keyAndIv;

    private TablespaceKey(SecretBytes keyAndIv) {
        this.keyAndIv = keyAndIv;
    }

    /** Copies {@code keyAndIv}. The caller wipes its own copy. */
    public static TablespaceKey of(byte... keyAndIv) {
        if (keyAndIv.length != LENGTH) {
            throw new IllegalArgumentException("key and IV length: " + keyAndIv.length + " (expected: " + LENGTH + ')');
        }
        return new TablespaceKey(SecretBytes.of(keyAndIv));
    }

    /** Copies the next {@link #LENGTH} bytes and advances the reader index. */
    public static TablespaceKey read(ByteBuf in) {
        TablespaceKey key = read(in.nioBuffer(in.readerIndex(), LENGTH), 0);
        in.skipBytes(LENGTH);
        return key;
    }

    /** Copies {@link #LENGTH} bytes from the absolute index {@code at}. */
    public static TablespaceKey read(ByteBuffer in, int at) {
        checkFromToIndex(at, at + LENGTH, in.limit());
        return new TablespaceKey(SecretBytes.of(in, at, LENGTH));
    }

    public void writeTo(ByteBuf out) {
        out.writeBytes(keyAndIv.bytes());
    }

    /** Returns the CRC-32C of key and IV, which the wrapped form carries. */
    int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(keyAndIv.bytes());
        return (int) crc.getValue();
    }

    /** Returns a copy, which the caller wipes. */
    public byte[] toByteArray() {
        return keyAndIv.toByteArray();
    }

    /** Returns a copy, which the caller wipes. */
    byte[] key() {
        return keyAndIv.toByteArray(0, KEY_LENGTH);
    }

    /** Returns a copy of the half of the IV that CBC uses. */
    byte[] cbcIv() {
        return keyAndIv.toByteArray(KEY_LENGTH, Aes.BLOCK);
    }

    /** Wipes the key. All methods then return zeros. */
    @Override
    public void close() {
        keyAndIv.close();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TablespaceKey that && keyAndIv.isSameAs(that.keyAndIv);
    }

    @Override
    public int hashCode() {
        return keyAndIv.bytes().hashCode();
    }

    @Override
    public String toString() {
        return "TablespaceKey[REDACTED]";
    }
}
