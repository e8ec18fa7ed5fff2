package org.jclone.protocol.auth;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jclone.protocol.wire.Bytes;

/**
 * caching_sha2_password, the default plugin since 8.0.
 *
 * <pre>
 * cached    SHA256(SHA256(password))
 * scramble  SHA256(password) XOR SHA256(cached, nonce)
 *
 * client    scramble
 * server    {@link #FAST_AUTH_SUCCESS}, then OK: the password was in its cache; or
 *           {@link #PERFORM_FULL_AUTHENTICATION}: it needs the password itself
 * client    password and a zero byte, on a secure transport; or
 *           the same encrypted with the server's RSA key, after {@link #REQUEST_PUBLIC_KEY} if the key is unknown
 * </pre>
 *
 * <p>For an empty password the client sends a zero byte. Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class CachingSha2Password {

    public static final int REQUEST_PUBLIC_KEY = 2;
    public static final int FAST_AUTH_SUCCESS = 3;
    public static final int PERFORM_FULL_AUTHENTICATION = 4;

    private static final int HASH_LENGTH = 32;

    private CachingSha2Password() {}

    /** Returns the client's first message for a non-empty password. */
    public static Bytes scramble(byte[] password, Bytes nonce) {
        byte[] once = Digests.sha256(password);
        byte[] cached = Digests.sha256(once);
        byte[] scramble = Digests.xor(once, Digests.sha256(cached, nonce.toByteArray()));
        Arrays.fill(once, (byte) 0);
        return Bytes.of(scramble);
    }

    /** Returns the hash of a password that the server caches. */
    public static Bytes cachedHash(byte[] password) {
        byte[] once = Digests.sha256(password);
        byte[] cached = Digests.sha256(once);
        Arrays.fill(once, (byte) 0);
        return Bytes.of(cached);
    }

    /**
     * Returns whether {@code scramble} was made from {@code nonce} and the password with the hash {@code cachedHash}.
     */
    public static boolean verify(Bytes scramble, Bytes nonce, Bytes cachedHash) {
        if (scramble.length() != HASH_LENGTH) {
            return false;
        }
        byte[] cached = cachedHash.toByteArray();
        byte[] once = Digests.xor(scramble.toByteArray(), Digests.sha256(cached, nonce.toByteArray()));
        boolean same = MessageDigest.isEqual(Digests.sha256(once), cached);
        Arrays.fill(once, (byte) 0);
        return same;
    }
}
