package org.jclone.donor.server;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.api.Account;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.CachingSha2Password;
import org.jclone.protocol.auth.NativePassword;
import org.jclone.protocol.auth.Nonce;
import org.jclone.protocol.auth.RsaPassword;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.ServerStatus;
import org.jclone.protocol.wire.Bytes;

/**
 * The server side of one authentication.
 *
 * <pre>
 *  begin ──account's plugin──────────► FIRST_MESSAGE ──right──────────────────────────► OVER, OK
 *    └──another one: switch─────────►──┘   │    └──wrong──────────────────────────────► OVER, ERR 1045
 *                          not cached: 4   ▼
 *                                   PASSWORD ──TLS: password, else encrypted password─► OVER
 *                                     └─ key request: key ─► PASSWORD
 * </pre>
 *
 * <p>An unknown user takes the same path and fails at the end. Source: docs/protocol/01-wire-protocol.md section 1.6.
 */
final class ServerAuthentication {

    private static final Bytes ZERO_BYTE = Bytes.of((byte) 0);

    /** Key request of sha256_password; caching_sha2_password uses another code. */
    private static final int SHA256_REQUEST_PUBLIC_KEY = 1;

    private static final OkPacket OK = new OkPacket(0, 0, ServerStatus.SERVER_STATUS_AUTOCOMMIT, 0);

    private enum Step {
        FIRST_MESSAGE,
        PASSWORD,
        OVER
    }

    private final Accounts accounts;
    private final RsaKeys rsaKeys;
    private final SecureRandom random;
    private final boolean secureTransport;
    private final AuthPlugin defaultPlugin;

    private Step step = Step.FIRST_MESSAGE;
    private Bytes nonce;
    private String user = "";
    private Optional<Account> account = Optional.empty();
    private AuthPlugin plugin;
    private boolean accepted;

    /** @param nonce nonce sent in the greeting */
    ServerAuthentication(
            Accounts accounts,
            RsaKeys rsaKeys,
            SecureRandom random,
            Bytes nonce,
            boolean secureTransport,
            AuthPlugin defaultPlugin) {
        this.accounts = accounts;
        this.rsaKeys = rsaKeys;
        this.random = random;
        this.nonce = nonce;
        this.secureTransport = secureTransport;
        this.defaultPlugin = defaultPlugin;
        this.plugin = defaultPlugin;
    }

    /** Returns the account that has logged in; empty until an OK is among the answers. */
    Optional<Account> authenticated() {
        return accepted ? account : Optional.empty();
    }

    /** Takes the handshake response. Returns the packets to send. */
    List<ConnectionPhasePacket> begin(HandshakeResponse41 response) {
        user = response.user();
        account = accounts.find(user);
        plugin = account.map(Account::plugin).orElse(defaultPlugin);
        if (response.authPluginName().equals(plugin.pluginName())) {
            return onFirstMessage(response.authResponse());
        }
        nonce = Nonce.generate(random);
        return List.of(
                new ConnectionPhasePacket.Switch(new AuthSwitchRequest(plugin.pluginName(), nonce.concat(ZERO_BYTE))));
    }

    /** Takes another message of the client. Returns the packets to send. */
    List<ConnectionPhasePacket> onData(Bytes data) {
        return switch (step) {
            case FIRST_MESSAGE -> onFirstMessage(data);
            case PASSWORD -> onPassword(data);
            case OVER -> throw new IllegalStateException("authentication is over");
        };
    }

    private List<ConnectionPhasePacket> onFirstMessage(Bytes message) {
        boolean empty = message.isEmpty() || message.equals(ZERO_BYTE);
        if (empty) {
            return decide(new byte[0]);
        }
        return switch (plugin) {
            case CACHING_SHA2_PASSWORD -> onScramble(message);
            case SHA256_PASSWORD -> onPassword(message);
            case MYSQL_NATIVE_PASSWORD ->
                end(account.filter(known -> NativePassword.verify(
                                message, nonce, NativePassword.storedHash(Accounts.passwordOf(known))))
                        .isPresent());
            case MYSQL_CLEAR_PASSWORD -> end(false);
        };
    }

    private List<ConnectionPhasePacket> onScramble(Bytes scramble) {
        Optional<Bytes> hash = accounts.cachedHash(user);
        if (hash.isPresent() && CachingSha2Password.verify(scramble, nonce, hash.get())) {
            accepted = true;
            step = Step.OVER;
            return List.of(moreData(CachingSha2Password.FAST_AUTH_SUCCESS), new ConnectionPhasePacket.Ok(OK));
        }
        step = Step.PASSWORD;
        return List.of(moreData(CachingSha2Password.PERFORM_FULL_AUTHENTICATION));
    }

    private List<ConnectionPhasePacket> onPassword(Bytes message) {
        if (secureTransport) {
            byte[] terminated = message.toByteArray();
            boolean complete = terminated.length > 0 && terminated[terminated.length - 1] == 0;
            return complete ? decide(Arrays.copyOf(terminated, terminated.length - 1)) : end(false);
        }
        step = Step.PASSWORD;
        if (message.length() == 1 && message.get(0) == keyRequest()) {
            return List.of(new ConnectionPhasePacket.MoreData(new AuthMoreData(rsaKeys.publicKeyPem())));
        }
        try {
            return decide(RsaPassword.decrypt(message, nonce, rsaKeys.privateKey()));
        } catch (AuthenticationException e) {
            return end(false);
        }
    }

    private int keyRequest() {
        return plugin == AuthPlugin.SHA256_PASSWORD
                ? SHA256_REQUEST_PUBLIC_KEY
                : CachingSha2Password.REQUEST_PUBLIC_KEY;
    }

    private List<ConnectionPhasePacket> decide(byte[] password) {
        boolean right = account.filter(known -> MessageDigest.isEqual(Accounts.passwordOf(known), password))
                .isPresent();
        if (right && plugin == AuthPlugin.CACHING_SHA2_PASSWORD && password.length > 0) {
            account.ifPresent(accounts::cache);
        }
        Arrays.fill(password, (byte) 0);
        return end(right);
    }

    private List<ConnectionPhasePacket> end(boolean right) {
        step = Step.OVER;
        accepted = right;
        return List.of(
                right
                        ? new ConnectionPhasePacket.Ok(OK)
                        : new ConnectionPhasePacket.Err(new ErrPacket(
                                CloneError.ER_ACCESS_DENIED_ERROR,
                                "28000",
                                "user '" + user + "' cannot log in with this password")));
    }

    private static ConnectionPhasePacket moreData(int code) {
        return new ConnectionPhasePacket.MoreData(new AuthMoreData(Bytes.of((byte) code)));
    }
}
