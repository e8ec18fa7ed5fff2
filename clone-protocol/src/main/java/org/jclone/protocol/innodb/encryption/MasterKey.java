package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * A key that wraps the keys of tablespaces and redo log with AES-256 in ECB mode. Each wrapped key has 64 random
 * bytes, so equal blocks do not occur. The owner closes it, which wipes it.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 9.1 and 9.4.
 */
public final class MasterKey implements AutoCloseable {

    public static final int LENGTH = 32;

    private static final byte[] DEFAULT_VALUE =
            Arrays.copyOf("DefaultMasterKey".getBytes(StandardCharsets.US_ASCII), LENGTH);

    private final MasterKeyName name;
    private final SecretBytes value;

    private MasterKey(MasterKeyName name, SecretBytes value) {
        this.name = Objects.requireNonNull(name, "name");
        this.value = value;
    }

    /** Copies {@code value}. The caller wipes its own copy. */
    public static MasterKey of(MasterKeyName name, byte... value) {
        if (value.length != LENGTH) {
            throw new IllegalArgumentException("master key length: " + value.length + " (expected: " + LENGTH + ')');
        }
        return new MasterKey(name, SecretBytes.of(value));
    }

    public static MasterKey random(MasterKeyName name, SecureRandom random) {
        byte[] value = new byte[LENGTH];
        random.nextBytes(value);
        try {
            return of(name, value);
        } finally {
            Secrets.wipe(value);
        }
    }

    /** Returns the key that is built into every server. Wrapping with it protects nothing. */
    public static MasterKey publicDefault() {
        return of(MasterKeyName.DEFAULT, DEFAULT_VALUE);
    }

    public MasterKeyName name() {
        return name;
    }

    /** Returns a copy, which the caller wipes. */
    public byte[] toByteArray() {
        return value.toByteArray();
    }

    /** Wraps {@link TablespaceKey#LENGTH} bytes at the absolute index {@code at} in place. */
    void wrap(ByteBuffer bytes, int at) {
        try (Aes aes = Aes.ecb(value.toByteArray())) {
            aes.encrypt(bytes, at, TablespaceKey.LENGTH);
        }
    }

    /**
     * Unwraps {@link TablespaceKey#LENGTH} bytes. The result is meaningless if this is not the key that wrapped them.
     */
    TablespaceKey unwrap(byte... wrapped) {
        ByteBuffer bytes = ByteBuffer.wrap(wrapped.clone());
        try (Aes aes = Aes.ecb(value.toByteArray())) {
            aes.decrypt(bytes, 0, TablespaceKey.LENGTH);
            return TablespaceKey.read(bytes, 0);
        } finally {
            Secrets.wipe(bytes.array());
        }
    }

    @Override
    public void close() {
        value.close();
    }

    @Override
    public String toString() {
        return "MasterKey[" + name + ", REDACTED]";
    }
}
