package org.jclone.protocol.auth;

/** Authentication cannot go on, before the server has said yes or no. */
public final class AuthenticationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What stands in the way; it decides what the user can do about it. */
    public enum Reason {
        /** The plugin needs the password itself, and it would have to cross a connection that anybody can read. */
        NOT_ENCRYPTED,
        /** The server wants the password in clear text, which the policy or the connection forbids. */
        CLEAR_TEXT,
        /** The account logs in with a plugin that is not among {@link AuthPlugin}. */
        UNKNOWN_PLUGIN,
        /** The account has several factors. */
        FURTHER_FACTOR,
        /** The server's public key cannot be used, or does not fit. */
        SERVER_KEY,
        /** What came is not what the plugin's other half sends. */
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

    /** For an account with several factors, as the server's request for {@code pluginName} shows. */
    public static AuthenticationException furtherFactor(String pluginName) {
        return new AuthenticationException(
                Reason.FURTHER_FACTOR,
                "the account wants a further factor of authentication, plugin '" + pluginName + '\'');
    }

    public Reason reason() {
        return reason;
    }
}
