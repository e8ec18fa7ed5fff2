package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The account on the donor, and how to send its password if neither TLS nor a socket protects it.
 *
 * @param user an account of the donor that has {@code BACKUP_ADMIN}; not empty
 * @param password the request keeps this object and wipes it when the clone ends
 * @param getServerPublicKey whether to ask the donor for its RSA key and trust it
 * @param serverPublicKey PEM file with the donor's RSA key
 */
public record LoginSettings(
        String user, Password password, boolean getServerPublicKey, Optional<Path> serverPublicKey) {

    public LoginSettings {
        if (user == null || user.isEmpty()) {
            throw new IllegalArgumentException("user is missing");
        }
        if (user.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("user contains NUL");
        }
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(serverPublicKey, "serverPublicKey");
    }
}
