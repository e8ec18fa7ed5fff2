package org.jclone.donor.api;

import java.util.Objects;

/**
 * A login that failed.
 *
 * @param user as the client called itself, any text
 * @param host where from
 * @param failures at that address since the last login that succeeded, this one included
 */
public record FailedLogin(String user, String host, int failures) {

    public FailedLogin {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(host, "host");
    }
}
