package org.jclone.protocol.auth;

/** Authentication cannot go on, before the server has said yes or no. */
public final class AuthenticationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;

    AuthenticationException(String message, String hint) {
        this(message, hint, null);
    }

    AuthenticationException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** For an account with several factors, as the server's request for {@code pluginName} shows. */
    public static AuthenticationException furtherFactor(String pluginName) {
        return new AuthenticationException(
                "the account wants a further factor of authentication, plugin '" + pluginName + '\'',
                "multi-factor authentication is not supported; use an account with one plugin");
    }

    /** What the user can do about it. */
    public String hint() {
        return hint;
    }
}
