package org.jclone.protocol.auth;

import java.security.PublicKey;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jclone.protocol.auth.AuthenticationException.Reason;
import org.jclone.protocol.wire.Bytes;

/**
 * The client's half of one authentication exchange.
 *
 * <pre>
 *  begin ──► SCRAMBLE_SENT ──3──────────────────────────────────────────────────────► COMPLETE
 *    │             4
 *    │             ▼        secure transport or known key: password
 *    └─sha256──► decide ────────────────────────────────────────────────────────────► COMPLETE
 *                  └──────► KEY_REQUESTED ──key: encrypted password─────────────────► COMPLETE
 * </pre>
 *
 * <p>An empty password, and the plugins without a second message, are complete at once. When the server switches
 * plugins, call {@link #begin} again. Not thread-safe. On a secure transport messages may hold the password in clear
 * text: do not log them.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
public final class ClientAuthentication {

    /** The request of sha256_password for the server's key; caching_sha2_password uses another code. */
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
     * @param passwordUtf8 used until the exchange is over, neither copied nor wiped; it belongs to the caller
     * @param secureTransport whether the transport cannot be overheard: TLS, or a Unix socket
     */
    public ClientAuthentication(byte[] passwordUtf8, boolean secureTransport, AuthPolicy policy) {
        this.password = Objects.requireNonNull(passwordUtf8, "passwordUtf8");
        this.secureTransport = secureTransport;
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /**
     * Starts the exchange, or restarts it with the plugin to which the server switched.
     *
     * @param authPluginData the nonce, with or without the zero byte after it
     * @return the plugin's first message
     * @throws AuthenticationException if the plugin is unknown or not allowed here
     */
    public Bytes begin(String pluginName, Bytes authPluginData) {
        plugin = AuthPlugin.byPluginName(pluginName)
                .orElseThrow(() -> AuthenticationException.unknownPlugin(pluginName));
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
     * Handles a message of the server's half of the plugin.
     *
     * @return the answer, or empty if the server's next packet decides
     * @throws AuthenticationException if the policy allows no answer
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
                    plugin.pluginName() + " needs the password, and the connection is not encrypted");
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
                    "the server requests the password in clear text, plugin '" + plugin.pluginName() + '\'');
        }
        if (!secureTransport) {
            throw new AuthenticationException(
                    Reason.CLEAR_TEXT,
                    "the server requests the password in clear text over a connection that is not encrypted");
        }
        return terminatedPassword();
    }

    private AuthenticationException unexpectedData(Bytes data) {
        return new AuthenticationException(
                Reason.UNEXPECTED_DATA, plugin.pluginName() + ": unexpected message of " + data.length() + " bytes");
    }
}
