package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A secret outside the heap. A garbage collector moves objects on the heap and leaves copies that cannot be wiped.
 * Heap copies are short-lived, and the caller that requests one wipes it.
 */
final class SecretBytes implements AutoCloseable {

    private final ByteBuffer memory;

    private SecretBytes(int length) {
        memory = ByteBuffer.allocateDirect(length);
    }

    /** Copies {@code secret}. The caller wipes its own copy. */
    static SecretBytes of(byte... secret) {
        return of(ByteBuffer.wrap(secret), 0, secret.length);
    }

    /** Copies {@code length} bytes from the absolute index {@code at}. */
    static SecretBytes of(ByteBuffer secret, int at, int length) {
        SecretBytes copy = new SecretBytes(length);
        copy.memory.put(0, secret, at, length);
        return copy;
    }

    int length() {
        return memory.capacity();
    }

    /** Returns the memory of the secret, read-only. */
    ByteBuffer bytes() {
        return memory.asReadOnlyBuffer();
    }

    /** Returns a copy, which the caller wipes. */
    byte[] toByteArray() {
        return toByteArray(0, length());
    }

    /** Returns a copy of a part, which the caller wipes. */
    byte[] toByteArray(int from, int length) {
        byte[] copy = new byte[length];
        memory.get(from, copy);
        return copy;
    }

    /** Compares in constant time, so that the duration does not reveal where the difference is. */
    boolean isSameAs(SecretBytes other) {
        byte[] mine = toByteArray();
        byte[] theirs = other.toByteArray();
        try {
            return MessageDigest.isEqual(mine, theirs);
        } finally {
            Secrets.wipe(mine, theirs);
        }
    }

    /** Wipes the secret. All methods then return zeros. */
    @Override
    public void close() {
        Secrets.wipe(memory, 0, length());
    }

    @Override
    public String toString() {
        return "REDACTED";
    }
}
