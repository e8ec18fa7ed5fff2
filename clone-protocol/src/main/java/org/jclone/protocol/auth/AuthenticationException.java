package org.jclone.protocol.auth;

import java.util.Optional;

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
        /** The account requires more factors than there are passwords. */
        FURTHER_FACTOR,
        /** The server's public key is unusable or does not match. */
        SERVER_KEY,
        /** The server sent a message that is not part of the plugin's exchange. */
        UNEXPECTED_DATA
    }

    private final Reason reason;

    @SuppressWarnings("serial") // never serialized
    private final Optional<String> unsupportedPlugin;

    AuthenticationException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** Creates the exception for a plugin that is none of {@link AuthPlugin}. */
    public static AuthenticationException unknownPlugin(String pluginName) {
        return new AuthenticationException(
                Reason.UNKNOWN_PLUGIN,
                "authentication plugin '" + pluginName + "' is not supported",
                Optional.of(pluginName),
                null);
    }

    AuthenticationException(Reason reason, String message, Throwable cause) {
        this(reason, message, Optional.empty(), cause);
    }

    private AuthenticationException(
            Reason reason, String message, Optional<String> unsupportedPlugin, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.unsupportedPlugin = unsupportedPlugin;
    }

    /**
     * Creates the exception for an account with more factors than passwords.
     *
     * @param factor the one that has no password, 2 or 3
     * @param pluginName the plugin that the server requests for it
     */
    public static AuthenticationException furtherFactor(int factor, String pluginName) {
        return new AuthenticationException(
                Reason.FURTHER_FACTOR,
                "the account requires authentication factor " + factor + ", plugin '" + pluginName + '\'');
    }

    public Reason reason() {
        return reason;
    }

    /** Returns the client plugin that the server requests and that is not supported, with {@link Reason#UNKNOWN_PLUGIN}. */
    public Optional<String> unsupportedPlugin() {
        return unsupportedPlugin;
    }
}
