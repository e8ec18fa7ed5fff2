package org.jclone.recipient.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password in memory: never printed, wiped when the clone ends. */
public final class Password implements AutoCloseable {

    private static final int MAX_BYTES_PER_CHAR = 3;

    private final byte[] utf8;
    private volatile boolean wiped;

    private Password(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * Copies {@code characters}; the caller wipes the original.
     *
     * @throws IllegalArgumentException if they cannot be encoded, such as half a surrogate pair
     */
    public static Password of(char... characters) {
        ByteBuffer encoded = ByteBuffer.allocate(characters.length * MAX_BYTES_PER_CHAR);
        CoderResult result = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), encoded, true);
        byte[] utf8 = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        if (result.isError()) {
            Arrays.fill(utf8, (byte) 0);
            throw new IllegalArgumentException("password: not valid Unicode");
        }
        return new Password(utf8);
    }

    public static Password empty() {
        return new Password(new byte[0]);
    }

    /**
     * Returns a copy of the bytes in UTF-8, which the caller wipes after use.
     *
     * @throws IllegalStateException if it was wiped: sending zeros could lock the account
     */
    public byte[] toUtf8() {
        byte[] copy = utf8.clone();
        if (isUsedUp()) { // asked after the copy, since another thread may wipe it
            Arrays.fill(copy, (byte) 0);
            throw new IllegalStateException("the password was wiped after its use");
        }
        return copy;
    }

    /** Returns a copy that stays valid when this object is wiped. */
    public Password copy() {
        return new Password(toUtf8());
    }

    /** Whether it was wiped and can no longer be sent. An empty password has nothing to wipe. */
    public boolean isUsedUp() {
        return wiped;
    }

    @Override
    public void close() {
        wiped = utf8.length > 0;
        Arrays.fill(utf8, (byte) 0);
    }

    @Override
    public String toString() {
        return "REDACTED";
    }
}
