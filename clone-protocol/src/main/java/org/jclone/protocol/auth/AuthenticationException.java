package org.jclone.protocol.auth;

/** Authentication cannot continue. The server has neither accepted nor rejected the login. */
public final class AuthenticationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The cause, which decides what the user can do. */
    public enum Reason {
        /** The plugin needs the password itself, and the connection is not encrypted. */
        NOT_ENCRYPTED,
        /** The server requests the password in clear text, which the policy or the connection forbids. */
        CLEAR_TEXT,
        /** The account's plugin is not one of {@link AuthPlugin}. */
        UNKNOWN_PLUGIN,
        /** The account requires several factors. */
        FURTHER_FACTOR,
        /** The server's public key is unusable or does not match. */
        SERVER_KEY,
        /** The server sent a message that is not part of the plugin's exchange. */
        UNEXPECTED_DATA
    }

    private final Reason reason;

    AuthenticationException(Reason reason, String message) {
        this(reason, message, null);
    }

    AuthenticationException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Creates the exception for an account with several factors, when the server requests {@code pluginName}. */
    public static AuthenticationException furtherFactor(String pluginName) {
        return new AuthenticationException(
                Reason.FURTHER_FACTOR,
                "the account requires another authentication factor, plugin '" + pluginName + '\'');
    }

    public Reason reason() {
        return reason;
    }
}
