package org.jclone.protocol.auth;

import java.security.SecureRandom;
import org.jclone.protocol.wire.Bytes;

/**
 * The 20 random bytes a server sends, with which a client hides its password.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class Nonce {

    public static final int LENGTH = 20;

    private static final int LIMIT = 0x80;

    private Nonce() {}

    /** A new nonce of 7-bit characters without NUL, which ends the field, and '$', which divides stored hashes. */
    public static Bytes generate(SecureRandom random) {
        byte[] nonce = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            do {
                nonce[i] = (byte) random.nextInt(LIMIT);
            } while (nonce[i] == 0 || nonce[i] == '$');
        }
        return Bytes.of(nonce);
    }

    /** The nonce in the data that came with a plugin's name, which ends with a zero byte when a server switches. */
    static Bytes of(Bytes authPluginData) {
        if (authPluginData.length() < LENGTH) {
            throw new AuthenticationException(
                    AuthenticationException.Reason.UNEXPECTED_DATA,
                    "nonce of " + authPluginData.length() + " bytes (expected: " + LENGTH + ')');
        }
        return authPluginData.slice(0, LENGTH);
    }
}
