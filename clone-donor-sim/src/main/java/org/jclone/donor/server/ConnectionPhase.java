package org.jclone.donor.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.DonorConfig;
import org.jclone.protocol.auth.Nonce;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.netty.InboundPacket;
import org.jclone.protocol.netty.PacketDecoder;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.ServerStatus;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;

/**
 * From the greeting to the OK or ERR that ends authentication. Sequence ids count the packets of both sides; TLS does
 * not reset them.
 *
 * <pre>
 *   GREETED ──SSLRequest──► TLS ──handshake response──┐
 *      └───────────────────handshake response─────────┴──► AUTHENTICATING ──► CommandPhase, or closed
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 1.2 to 1.6.
 */
final class ConnectionPhase implements Phase {

    /** {@code utf8mb4_0900_ai_ci}. */
    private static final int CHARACTER_SET = 255;

    private static final Capabilities ALWAYS_OFFERED = Capabilities.of(
            Capability.CLIENT_LONG_PASSWORD,
            Capability.CLIENT_FOUND_ROWS,
            Capability.CLIENT_LONG_FLAG,
            Capability.CLIENT_CONNECT_WITH_DB,
            Capability.CLIENT_PROTOCOL_41,
            Capability.CLIENT_TRANSACTIONS,
            Capability.CLIENT_RESERVED,
            Capability.CLIENT_RESERVED2,
            Capability.CLIENT_MULTI_RESULTS,
            Capability.CLIENT_PLUGIN_AUTH,
            Capability.CLIENT_CONNECT_ATTRS,
            Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
            Capability.CLIENT_DEPRECATE_EOF,
            Capability.CLIENT_QUERY_ATTRIBUTES);

    private enum State {
        GREETED,
        TLS,
        AUTHENTICATING
    }

    private final DonorSession session;
    private final DonorServices services;
    private final Bytes nonce;
    private final Capabilities offered;

    private State state = State.GREETED;
    private int sequenceId;
    private int characterSet;
    private Capabilities capabilities = Capabilities.NONE;
    private int zstdLevel;
    private String user = "";
    private boolean refused;
    private ServerAuthentication authentication;

    ConnectionPhase(DonorSession session) {
        this.session = session;
        services = session.services();
        nonce = Nonce.generate(services.random());
        offered = withCompression(services.config().compression());
    }

    private static Capabilities withCompression(List<CompressionAlgorithm> algorithms) {
        Capabilities all = ALWAYS_OFFERED;
        for (CompressionAlgorithm algorithm : algorithms) {
            if (algorithm.isAvailable() && algorithm.capability().isPresent()) {
                all = all.with(algorithm.capability().get());
            }
        }
        return all;
    }

    void greet() {
        DonorConfig config = services.config();
        HandshakeV10 greeting = new HandshakeV10(
                config.profile().version(),
                session.id(),
                nonce,
                services.tls().isPresent() ? offered.with(Capability.CLIENT_SSL) : offered,
                CHARACTER_SET,
                ServerStatus.SERVER_STATUS_AUTOCOMMIT,
                config.defaultPlugin().pluginName());
        session.outbox().send(sequenceId++, greeting, out -> HandshakeV10.CODEC.encode(greeting, out));
    }

    @Override
    public void onPacket(InboundPacket packet) {
        DonorSession.consume(packet, this::take);
    }

    private void take(InboundPacket packet) {
        if (packet.sequenceId() != (sequenceId & 0xff)) {
            throw new UnexpectedPacketException(
                    state + ", sequence id " + (sequenceId & 0xff), "sequence id " + packet.sequenceId());
        }
        if (refused) {
            throw new UnexpectedPacketException("no more packets, because the login has failed", "another");
        }
        sequenceId++;
        if (state == State.AUTHENTICATING) {
            answer(authentication.onData(
                    Bytes.read(packet.payload(), packet.payload().readableBytes())));
        } else if (state == State.GREETED && SslRequest.isSslRequest(packet.payload())) {
            startTls(SslRequest.CODEC.decode(packet.payload()));
        } else {
            authenticate(HandshakeResponse41.CODEC.decode(packet.payload()));
        }
    }

    /** Starts TLS. Bytes after the request belong to TLS, so the decoder passes them to the next handler. */
    private void startTls(SslRequest request) {
        if (services.tls().isEmpty()) {
            throw new UnexpectedPacketException("a handshake response", "a request for TLS, which was not offered");
        }
        state = State.TLS;
        characterSet = request.characterSet();
        ChannelPipeline pipeline = session.channel().pipeline();
        ChannelHandlerContext decoder = pipeline.context(PacketDecoder.class);
        SslHandler tls = services.tls().get().newHandler(session.channel().alloc());
        pipeline.addAfter(decoder.name(), "tls", tls);
        pipeline.addAfter("tls", null, new PacketDecoder(SessionInitializer.MAX_LOGIN_PACKET_BYTES));
        pipeline.remove(decoder.handler());
    }

    private void authenticate(HandshakeResponse41 response) {
        boolean secure = state == State.TLS;
        if (secure && response.characterSet() != characterSet) {
            throw new UnexpectedPacketException("character set " + characterSet, "" + response.characterSet());
        }
        state = State.AUTHENTICATING;
        user = response.user();
        capabilities = response.capabilities().and(offered);
        zstdLevel = response.zstdLevel();
        if (!capabilities.has(Capability.CLIENT_PLUGIN_AUTH)) {
            refuse(CloneError.ER_NOT_SUPPORTED_AUTH_MODE, "08004", "a client without authentication plugins");
        } else if (!secure && services.config().tls().requireSecureTransport()) {
            refuse(CloneError.ER_SECURE_TRANSPORT_REQUIRED, "HY000", "only connections with TLS are served");
        } else {
            authentication = new ServerAuthentication(
                    services.accounts(),
                    services.rsaKeys(),
                    services.random(),
                    nonce,
                    secure,
                    services.config().defaultPlugin());
            answer(authentication.begin(response));
        }
    }

    private void refuse(int errorCode, String sqlState, String reason) {
        answer(List.of(new ConnectionPhasePacket.Err(new ErrPacket(errorCode, sqlState, reason))));
    }

    private void answer(List<ConnectionPhasePacket> packets) {
        for (ConnectionPhasePacket packet : packets) {
            if (packet instanceof ConnectionPhasePacket.Err && authentication != null) {
                refused = true;
                long delay = session.failLogin(user);
                session.channel().eventLoop().schedule(() -> end(packet), delay, TimeUnit.MILLISECONDS);
            } else if (packet instanceof ConnectionPhasePacket.Err) {
                end(packet);
            } else {
                send(packet);
            }
            if (packet instanceof ConnectionPhasePacket.Ok) {
                Account account = authentication.authenticated().orElseThrow();
                session.logIn(account);
                session.compress(CompressionAlgorithm.of(capabilities), zstdLevel);
                session.limitPackets(CommandPhase.MAX_PACKET_BYTES);
                session.enter(new CommandPhase(session, account, capabilities));
            }
        }
    }

    private ChannelFuture send(ConnectionPhasePacket packet) {
        return session.outbox().send(sequenceId++ & 0xff, packet, packet::encode);
    }

    private void end(ConnectionPhasePacket error) {
        if (session.channel().isActive()) {
            send(error).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
