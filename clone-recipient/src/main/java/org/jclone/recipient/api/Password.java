package org.jclone.recipient.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password in memory: never printed, wiped when the clone is over. */
public final class Password implements AutoCloseable {

    private static final int MAX_BYTES_PER_CHAR = 3;

    private final byte[] utf8;

    private Password(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * Copies {@code characters}; the caller wipes his own.
     *
     * @throws IllegalArgumentException if they cannot be encoded, as half a surrogate pair cannot
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

    /** A copy of the bytes in UTF-8, which the caller wipes after use. */
    public byte[] toUtf8() {
        return utf8.clone();
    }

    @Override
    public void close() {
        Arrays.fill(utf8, (byte) 0);
    }

    @Override
    public String toString() {
        return "REDACTED";
    }
}
