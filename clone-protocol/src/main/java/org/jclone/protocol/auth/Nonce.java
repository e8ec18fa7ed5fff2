package org.jclone.protocol.auth;

import java.security.SecureRandom;
import org.jclone.protocol.wire.Bytes;

/**
 * The 20 random bytes that a server sends. The client hides its password with them.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class Nonce {

    public static final int LENGTH = 20;

    private static final int LIMIT = 0x80;

    private Nonce() {}

    /**
     * Creates a nonce of 7-bit characters without NUL, which ends the field, and without '$', which separates the
     * parts of stored hashes.
     */
    public static Bytes generate(SecureRandom random) {
        byte[] nonce = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            do {
                nonce[i] = (byte) random.nextInt(LIMIT);
            } while (nonce[i] == 0 || nonce[i] == '$');
        }
        return Bytes.of(nonce);
    }

    /**
     * Extracts the nonce from the data that follows a plugin's name. A zero byte follows it when a server switches
     * plugins.
     */
    static Bytes of(Bytes authPluginData) {
        if (authPluginData.length() < LENGTH) {
            throw new AuthenticationException(
                    AuthenticationException.Reason.UNEXPECTED_DATA,
                    "nonce of " + authPluginData.length() + " bytes (expected: " + LENGTH + ')');
        }
        return authPluginData.slice(0, LENGTH);
    }
}
