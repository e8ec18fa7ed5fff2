package org.jclone.protocol.auth;

import java.security.PublicKey;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jclone.protocol.auth.AuthenticationException.Reason;
import org.jclone.protocol.wire.Bytes;

/**
 * The client's half of one authentication.
 *
 * <pre>
 *  begin ──► SCRAMBLE_SENT ──3──────────────────────────────────────────────────────► COMPLETE
 *    │             4
 *    │             ▼        secure transport or known key: password
 *    └─sha256──► decide ────────────────────────────────────────────────────────────► COMPLETE
 *                  └──────► KEY_REQUESTED ──key: encrypted password─────────────────► COMPLETE
 * </pre>
 *
 * <p>An empty password, and the plugins without a second message, are complete at once. The server may switch plugins,
 * which is {@link #begin} again. Not for use by several threads. Messages may hold the password in clear text where
 * the transport is secure: they must not be logged.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class ClientAuthentication {

    /** What sha256_password asks for the server's key with; caching_sha2_password has another code. */
    private static final int SHA256_REQUEST_PUBLIC_KEY = 1;

    private static final Bytes ZERO_BYTE = Bytes.of((byte) 0);

    private enum Step {
        NOT_BEGUN,
        SCRAMBLE_SENT,
        KEY_REQUESTED,
        COMPLETE
    }

    private final byte[] password;
    private final boolean secureTransport;
    private final AuthPolicy policy;

    private Step step = Step.NOT_BEGUN;
    private AuthPlugin plugin;
    private Bytes nonce = Bytes.EMPTY;

    /**
     * @param passwordUtf8 used until the conversation is over, neither copied nor wiped: it stays the caller's
     * @param secureTransport whether nobody can listen: TLS, or a Unix socket
     */
    public ClientAuthentication(byte[] passwordUtf8, boolean secureTransport, AuthPolicy policy) {
        this.password = Objects.requireNonNull(passwordUtf8, "passwordUtf8");
        this.secureTransport = secureTransport;
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /**
     * Begins, or begins again with the plugin the server switched to.
     *
     * @param authPluginData the nonce, with or without the zero byte behind it
     * @return the plugin's first message
     * @throws AuthenticationException if the plugin is unknown, or may not be used here
     */
    public Bytes begin(String pluginName, Bytes authPluginData) {
        plugin = AuthPlugin.byPluginName(pluginName).orElseThrow(() -> unknownPlugin(pluginName));
        nonce = plugin == AuthPlugin.MYSQL_CLEAR_PASSWORD ? Bytes.EMPTY : Nonce.of(authPluginData);
        step = Step.COMPLETE;
        return switch (plugin) {
            case CACHING_SHA2_PASSWORD -> password.length == 0 ? ZERO_BYTE : sendScramble();
            case SHA256_PASSWORD -> password.length == 0 ? ZERO_BYTE : sendPassword(SHA256_REQUEST_PUBLIC_KEY);
            case MYSQL_NATIVE_PASSWORD -> password.length == 0 ? Bytes.EMPTY : NativePassword.scramble(password, nonce);
            case MYSQL_CLEAR_PASSWORD -> sendClearText();
        };
    }

    /**
     * Goes on with what the server's half of the plugin says.
     *
     * @return the answer, or empty if the server's next packet decides
     * @throws AuthenticationException if there is no answer that the policy allows
     */
    public Optional<Bytes> onMoreData(Bytes data) {
        return switch (step) {
            case SCRAMBLE_SENT -> onFastAuthResult(data);
            case KEY_REQUESTED -> {
                step = Step.COMPLETE;
                yield Optional.of(RsaPassword.encrypt(password, nonce, RsaPassword.publicKeyFromPem(data)));
            }
            case COMPLETE -> throw unexpectedData(data);
            case NOT_BEGUN -> throw new IllegalStateException("more data before begin");
        };
    }

    private Bytes sendScramble() {
        step = Step.SCRAMBLE_SENT;
        return CachingSha2Password.scramble(password, nonce);
    }

    private Optional<Bytes> onFastAuthResult(Bytes data) {
        step = Step.COMPLETE;
        int result = data.length() == 1 ? data.get(0) : 0;
        return switch (result) {
            case CachingSha2Password.FAST_AUTH_SUCCESS -> Optional.empty();
            case CachingSha2Password.PERFORM_FULL_AUTHENTICATION ->
                Optional.of(sendPassword(CachingSha2Password.REQUEST_PUBLIC_KEY));
            default -> throw unexpectedData(data);
        };
    }

    private Bytes sendPassword(int keyRequest) {
        if (secureTransport) {
            return terminatedPassword();
        }
        Optional<PublicKey> key = policy.serverPublicKey();
        if (key.isPresent()) {
            return RsaPassword.encrypt(password, nonce, key.get());
        }
        if (!policy.getServerPublicKey()) {
            throw new AuthenticationException(
                    Reason.NOT_ENCRYPTED,
                    plugin.pluginName() + " wants the password, and the connection is not encrypted");
        }
        step = Step.KEY_REQUESTED;
        return Bytes.of((byte) keyRequest);
    }

    private Bytes terminatedPassword() {
        byte[] terminated = Arrays.copyOf(password, password.length + 1);
        Bytes message = Bytes.of(terminated);
        Arrays.fill(terminated, (byte) 0);
        return message;
    }

    private Bytes sendClearText() {
        if (!policy.clearTextAllowed()) {
            throw new AuthenticationException(
                    Reason.CLEAR_TEXT,
                    "the server wants the password in clear text, plugin '" + plugin.pluginName() + '\'');
        }
        if (!secureTransport) {
            throw new AuthenticationException(
                    Reason.CLEAR_TEXT,
                    "the server wants the password in clear text over a connection that is not encrypted");
        }
        return terminatedPassword();
    }

    private AuthenticationException unexpectedData(Bytes data) {
        return new AuthenticationException(
                Reason.UNEXPECTED_DATA,
                plugin.pluginName() + ": " + data.length() + " bytes that mean nothing at this point");
    }

    private static AuthenticationException unknownPlugin(String pluginName) {
        return new AuthenticationException(
                Reason.UNKNOWN_PLUGIN, "authentication plugin '" + pluginName + "' is not supported");
    }
}
