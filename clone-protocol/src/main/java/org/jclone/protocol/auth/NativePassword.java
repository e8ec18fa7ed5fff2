package org.jclone.protocol.auth;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jclone.protocol.wire.Bytes;

/**
 * mysql_native_password, removed from the server in 9.0 and still common in 8.0.
 *
 * <pre>
 * stored    SHA1(SHA1(password))
 * scramble  SHA1(password) XOR SHA1(nonce, stored)
 * </pre>
 *
 * <p>For an empty password the client sends nothing. Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class NativePassword {

    private static final int HASH_LENGTH = 20;

    private NativePassword() {}

    /** Returns the client's message for a non-empty password. */
    public static Bytes scramble(byte[] password, Bytes nonce) {
        byte[] once = Digests.sha1(password);
        byte[] stored = Digests.sha1(once);
        byte[] scramble = Digests.xor(once, Digests.sha1(nonce.toByteArray(), stored));
        Arrays.fill(once, (byte) 0);
        return Bytes.of(scramble);
    }

    /** Returns the hash of a password that the server stores. */
    public static Bytes storedHash(byte[] password) {
        byte[] once = Digests.sha1(password);
        byte[] stored = Digests.sha1(once);
        Arrays.fill(once, (byte) 0);
        return Bytes.of(stored);
    }

    /**
     * Returns whether {@code scramble} was made from {@code nonce} and the password with the hash {@code storedHash}.
     */
    public static boolean verify(Bytes scramble, Bytes nonce, Bytes storedHash) {
        if (scramble.length() != HASH_LENGTH) {
            return false;
        }
        byte[] stored = storedHash.toByteArray();
        byte[] once = Digests.xor(scramble.toByteArray(), Digests.sha1(nonce.toByteArray(), stored));
        boolean same = MessageDigest.isEqual(Digests.sha1(once), stored);
        Arrays.fill(once, (byte) 0);
        return same;
    }
}
