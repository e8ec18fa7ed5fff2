package org.jclone.donor.api;

import java.util.Objects;

/**
 * A failed login.
 *
 * @param user user name from the client; untrusted text
 * @param host address of the client
 * @param failures number of failures from this address since its last successful login, including this one
 */
public record FailedLogin(String user, String host, int failures) {

    public FailedLogin {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(host, "host");
    }
}
