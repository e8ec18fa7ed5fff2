package org.jclone.protocol.innodb.encryption;

import static java.util.Objects.checkFromToIndex;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Key and initialization vector of an encrypted tablespace or redo log, in plain text as the donor sends them over TLS.
 * Neither is ever printed or written to disk; whoever gets one closes it, which wipes it.
 *
 * <pre>
 * offset  size  type   field
 *      0    32  bytes  key
 *     32    32  bytes  IV; CBC takes the first half
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.5, 9.1 and 9.3.
 */
public final class TablespaceKey implements AutoCloseable {

    public static final int KEY_LENGTH = 32;
    public static final int IV_LENGTH = 32;
    public static final int LENGTH = KEY_LENGTH + IV_LENGTH;

    private final byte[] keyAndIv;

    private TablespaceKey(byte[] keyAndIv) {
        this.keyAndIv = keyAndIv;
    }

    /** Copies {@code keyAndIv}; the caller wipes his own. */
    public static TablespaceKey of(byte... keyAndIv) {
        if (keyAndIv.length != LENGTH) {
            throw new IllegalArgumentException("key and IV length: " + keyAndIv.length + " (expected: " + LENGTH + ')');
        }
        return new TablespaceKey(keyAndIv.clone());
    }

    /** Copies the next {@link #LENGTH} bytes and moves the reader index. */
    public static TablespaceKey read(ByteBuf in) {
        byte[] keyAndIv = new byte[LENGTH];
        in.readBytes(keyAndIv);
        return new TablespaceKey(keyAndIv);
    }

    /** Copies {@link #LENGTH} bytes from the absolute index {@code at}. */
    public static TablespaceKey read(ByteBuffer in, int at) {
        checkFromToIndex(at, at + LENGTH, in.limit());
        byte[] keyAndIv = new byte[LENGTH];
        in.get(at, keyAndIv);
        return new TablespaceKey(keyAndIv);
    }

    public void writeTo(ByteBuf out) {
        out.writeBytes(keyAndIv);
    }

    /** CRC-32C of key and IV, which their wrapped form carries. */
    int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(keyAndIv);
        return (int) crc.getValue();
    }

    /** A copy, which the caller wipes. */
    public byte[] toByteArray() {
        return keyAndIv.clone();
    }

    /** A copy, which the caller wipes. */
    byte[] key() {
        return Arrays.copyOf(keyAndIv, KEY_LENGTH);
    }

    /** A copy of the half of the IV that CBC takes. */
    byte[] cbcIv() {
        return Arrays.copyOfRange(keyAndIv, KEY_LENGTH, KEY_LENGTH + Aes.BLOCK);
    }

    /** Wipes it; what is asked of it later is asked of zeros. */
    @Override
    public void close() {
        Secrets.wipe(keyAndIv);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TablespaceKey that && MessageDigest.isEqual(keyAndIv, that.keyAndIv);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keyAndIv);
    }

    @Override
    public String toString() {
        return "TablespaceKey[REDACTED]";
    }
}
