package org.jclone.protocol.netty;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.ClientAuthentication;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthNextFactor;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.wire.Bytes;

/**
 * The authentication of a login: the handshake response, and then the answers to the server's packets until it accepts
 * or rejects the login. An account with several authentication factors is one exchange after the other, each with its
 * own password. The flow owns its copy of the current password and wipes it at the end. It knows no channel.
 */
final class AuthenticationFlow implements AutoCloseable {

    private static final String FALLBACK_PLUGIN = "caching_sha2_password";
    private static final Set<String> FIRST_PLUGINS =
            Set.of(FALLBACK_PLUGIN, "sha256_password", "mysql_native_password");

    private final LoginOptions options;
    private final boolean secureTransport;
    private byte[] password;
    private ClientAuthentication authentication;
    private int factor;
    private boolean accepted;

    /** @param secureTransport whether the transport cannot be overheard: TLS, or a Unix socket */
    AuthenticationFlow(LoginOptions options, boolean secureTransport) {
        this.options = options;
        this.secureTransport = secureTransport;
        useFactor(0);
    }

    private void useFactor(int index) {
        factor = index;
        password = options.passwords().get(index).get();
        authentication = new ClientAuthentication(password, secureTransport, options.authPolicy());
    }

    /** Starts with the server's default plugin if it is supported; otherwise the server switches plugins. */
    HandshakeResponse41 begin(HandshakeV10 greeting, Negotiation negotiated) {
        String plugin = FIRST_PLUGINS.contains(greeting.authPluginName()) ? greeting.authPluginName() : FALLBACK_PLUGIN;
        return new HandshakeResponse41(
                negotiated.capabilities(),
                Negotiation.MAX_PACKET_SIZE,
                Negotiation.CHARACTER_SET,
                options.user(),
                authentication.begin(plugin, greeting.nonce()),
                plugin,
                negotiated.capabilities().has(Capability.CLIENT_CONNECT_ATTRS)
                        ? options.connectionAttributes()
                        : Map.of(),
                negotiated.compression() == CompressionAlgorithm.ZSTD
                        ? options.compression().zstdLevel()
                        : 0);
    }

    /**
     * Handles a packet of the server.
     *
     * @return the payload of the answer, or empty if there is none
     * @throws ServerErrorException if the server rejects the login
     * @throws AuthenticationException if the login cannot continue
     */
    Optional<Bytes> onPacket(ConnectionPhasePacket packet) {
        return packet.accept(new Answer());
    }

    /** Returns whether the server has accepted the login. */
    boolean isAccepted() {
        return accepted;
    }

    /** Wipes the password. */
    @Override
    public void close() {
        Arrays.fill(password, (byte) 0);
    }

    private final class Answer implements ConnectionPhasePacket.Handler<Optional<Bytes>> {

        @Override
        public Optional<Bytes> onOk(OkPacket ok) {
            close();
            accepted = true;
            return Optional.empty();
        }

        @Override
        public Optional<Bytes> onErr(ErrPacket error) {
            throw new ServerErrorException(error, ServerErrorException.Moment.LOGIN);
        }

        @Override
        public Optional<Bytes> onSwitch(AuthSwitchRequest request) {
            return Optional.of(authentication.begin(request.authPluginName(), nonce(request.authPluginData())));
        }

        @Override
        public Optional<Bytes> onMoreData(AuthMoreData data) {
            return authentication.onMoreData(data.data());
        }

        @Override
        public Optional<Bytes> onNextFactor(AuthNextFactor request) {
            close();
            if (factor + 1 == options.passwords().size()) {
                throw AuthenticationException.furtherFactor(factor + 2, request.authPluginName());
            }
            useFactor(factor + 1);
            return Optional.of(authentication.begin(request.authPluginName(), nonce(request.authPluginData())));
        }

        private static Bytes nonce(Bytes data) {
            return data.slice(0, Math.min(HandshakeV10.NONCE_LENGTH, data.length()));
        }
    }
}
