package org.jclone.donor.server;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import org.jclone.protocol.auth.RsaPassword;
import org.jclone.protocol.wire.Bytes;

/**
 * The key that passwords are encrypted with where there is no TLS; one for all donors of a process, because it takes a
 * second to make. Thread-safe.
 */
final class RsaKeys {

    private static final int KEY_BITS = 2048;

    /**
     * Makes the key meanwhile. On a busy machine that takes longer than a client waits for the answer to its login,
     * which is ten seconds for a MySQL server, and whoever makes it serves other connections, too.
     */
    void prepare() {
        Thread thread = new Thread(RsaKeys::keys, "donor-rsa-key");
        thread.setDaemon(true);
        thread.start();
    }

    /** What a client that asks for the key gets. */
    Bytes publicKeyPem() {
        return RsaPassword.publicKeyToPem(keys().getPublic());
    }

    PrivateKey privateKey() {
        return keys().getPrivate();
    }

    private static KeyPair keys() {
        return OfProcess.KEYS;
    }

    /** Made when it is first asked for. */
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
