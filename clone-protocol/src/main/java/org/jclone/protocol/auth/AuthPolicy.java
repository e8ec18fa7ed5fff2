package org.jclone.protocol.auth;

import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;

/**
 * What may be done to get a password across.
 *
 * @param clearTextAllowed whether mysql_clear_password may be used, and then only on a secure transport
 * @param getServerPublicKey whether, on a transport that is not secure, the server may be asked for its RSA key.
 *     Whoever sits between could answer with a key of their own and read the password
 * @param serverPublicKey the server's RSA key if it is known beforehand; then the server is never asked
 */
public record AuthPolicy(boolean clearTextAllowed, boolean getServerPublicKey, Optional<PublicKey> serverPublicKey) {

    public AuthPolicy {
        Objects.requireNonNull(serverPublicKey, "serverPublicKey");
    }
}
