package org.jclone.recipient.api;

import java.time.Duration;
import java.util.Objects;

/**
 * The account on the donor.
 *
 * @param user an account of the donor that has {@code BACKUP_ADMIN}; not empty
 * @param password the request keeps this object and wipes it when the clone ends
 * @param connectTimeout longest time for TCP connect, greeting, TLS and login of one connection; more than 0, default 10 s
 */
public record LoginSettings(String user, Password password, Duration connectTimeout) {

    /** The default of {@code connectTimeout}. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    public LoginSettings {
        if (user == null || user.isEmpty()) {
            throw new IllegalArgumentException("user is missing");
        }
        if (user.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("user contains NUL");
        }
        Objects.requireNonNull(password, "password");
        InterruptionSettings.requirePositive("connect timeout", connectTimeout);
    }

    /**
     * {@return settings with the default timeout}
     *
     * @param user an account of the donor
     * @param password its password
     */
    public static LoginSettings of(String user, Password password) {
        return new LoginSettings(user, password, DEFAULT_CONNECT_TIMEOUT);
    }

    /**
     * {@return the same settings with another {@code user}}
     *
     * @param value the new one
     */
    public LoginSettings withUser(String value) {
        return RecordCopy.with(this, "user", value);
    }

    /**
     * {@return the same settings with another {@code password}}
     *
     * @param value the new one
     */
    public LoginSettings withPassword(Password value) {
        return RecordCopy.with(this, "password", value);
    }

    /**
     * {@return the same settings with another {@code connectTimeout}}
     *
     * @param value the new one
     */
    public LoginSettings withConnectTimeout(Duration value) {
        return RecordCopy.with(this, "connectTimeout", value);
    }
}
