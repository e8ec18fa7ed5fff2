package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A secret outside of the heap: a garbage collector moves what lies on it, and leaves copies that nobody can wipe.
 * Copies on the heap are for a moment, and wiped by whoever asked for them.
 */
final class SecretBytes implements AutoCloseable {

    private final ByteBuffer memory;

    private SecretBytes(int length) {
        memory = ByteBuffer.allocateDirect(length);
    }

    /** Copies {@code secret}; the caller wipes his own. */
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

    /** Where it lies, to be read only. */
    ByteBuffer bytes() {
        return memory.asReadOnlyBuffer();
    }

    /** A copy, which the caller wipes. */
    byte[] toByteArray() {
        return toByteArray(0, length());
    }

    /** A copy of a part, which the caller wipes. */
    byte[] toByteArray(int from, int length) {
        byte[] copy = new byte[length];
        memory.get(from, copy);
        return copy;
    }

    /** Without telling by the time that it takes where the difference is. */
    boolean isSameAs(SecretBytes other) {
        byte[] mine = toByteArray();
        byte[] theirs = other.toByteArray();
        try {
            return MessageDigest.isEqual(mine, theirs);
        } finally {
            Secrets.wipe(mine, theirs);
        }
    }

    /** Wipes it; what is asked of it later is asked of zeros. */
    @Override
    public void close() {
        Secrets.wipe(memory, 0, length());
    }

    @Override
    public String toString() {
        return "REDACTED";
    }
}
