package org.jclone.protocol.auth;

import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;

/**
 * The ways in which the client may send a password.
 *
 * @param clearTextAllowed whether mysql_clear_password is allowed; it always needs a secure transport
 * @param getServerPublicKey whether to request the server's RSA key when the transport is not secure. An attacker on
 *     the network path can answer with another key and read the password
 * @param serverPublicKey the server's RSA key if it is known in advance; the server is then never asked for it
 */
public record AuthPolicy(boolean clearTextAllowed, boolean getServerPublicKey, Optional<PublicKey> serverPublicKey) {

    public AuthPolicy {
        Objects.requireNonNull(serverPublicKey, "serverPublicKey");
    }
}
