package org.jclone.recipient.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A password in memory: never printed, wiped when the clone ends. For an account with several authentication factors it
 * holds one password for each.
 */
public final class Password implements AutoCloseable {

    private static final int MAX_BYTES_PER_CHAR = 3;

    /** In UTF-8; one for each factor. */
    private final List<byte[]> factors;

    private volatile boolean wiped;

    private Password(List<byte[]> factors) {
        this.factors = List.copyOf(factors);
    }

    /**
     * Copies {@code characters}; the caller wipes the original.
     *
     * @param characters the password
     * @return the password
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
        return new Password(List.of(utf8));
    }

    /** {@return no password} */
    public static Password empty() {
        return new Password(List.of(new byte[0]));
    }

    /**
     * Combines the passwords of an account with several authentication factors, the first factor first. Wipes the given
     * objects.
     *
     * @param factors one password for each factor
     * @return all of them
     */
    public static Password ofFactors(List<Password> factors) {
        List<byte[]> all =
                factors.stream().flatMap(each -> each.copies().stream()).toList();
        factors.forEach(Password::close);
        return new Password(all);
    }

    /** {@return the number of factors; at least 1} */
    public int factors() {
        return factors.size();
    }

    /**
     * {@return a copy of the first factor's bytes in UTF-8, which the caller wipes after use}
     *
     * @throws IllegalStateException if it was wiped: sending zeros could lock the account
     */
    public byte[] toUtf8() {
        return toUtf8(0);
    }

    /**
     * Returns a copy of a factor's bytes in UTF-8, which the caller wipes after use.
     *
     * @param factor from 0
     * @throws IllegalStateException if it was wiped
     */
    public byte[] toUtf8(int factor) {
        byte[] copy = factors.get(factor).clone();
        if (isUsedUp()) { // asked after the copy, since another thread may wipe it
            Arrays.fill(copy, (byte) 0);
            throw new IllegalStateException("the password was wiped after its use");
        }
        return copy;
    }

    private List<byte[]> copies() {
        return IntStream.range(0, factors()).mapToObj(this::toUtf8).toList();
    }

    /** {@return a copy that stays valid when this object is wiped} */
    public Password copy() {
        return new Password(copies());
    }

    /** {@return whether it was wiped and can no longer be sent} An empty password has nothing to wipe. */
    public boolean isUsedUp() {
        return wiped;
    }

    @Override
    public void close() {
        wiped = factors.stream().anyMatch(each -> each.length > 0);
        factors.forEach(each -> Arrays.fill(each, (byte) 0));
    }

    @Override
    public String toString() {
        return "REDACTED";
    }
}
