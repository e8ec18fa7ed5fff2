package org.jclone.donor.server;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import org.jclone.protocol.auth.RsaPassword;
import org.jclone.protocol.wire.Bytes;

/**
 * The key that encrypts passwords without TLS. All donors of a process share it, because generating it takes a second.
 * Thread-safe.
 */
final class RsaKeys {

    private static final int KEY_BITS = 2048;

    /**
     * Generates the key in the background. On a busy machine that takes longer than a client waits for the answer to
     * its login (ten seconds for a MySQL server), and the event loop that generates it serves other connections, too.
     */
    void prepare() {
        Thread thread = new Thread(RsaKeys::keys, "donor-rsa-key");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the public key for clients that request it. */
    Bytes publicKeyPem() {
        return RsaPassword.publicKeyToPem(keys().getPublic());
    }

    PrivateKey privateKey() {
        return keys().getPrivate();
    }

    private static KeyPair keys() {
        return OfProcess.KEYS;
    }

    /** Generated on first use. */
    private static final class OfProcess {

        private static final KeyPair KEYS = generate();

        private static KeyPair generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(KEY_BITS);
                return generator.generateKeyPair();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("RSA is missing from this Java platform", e);
            }
        }
    }
}
