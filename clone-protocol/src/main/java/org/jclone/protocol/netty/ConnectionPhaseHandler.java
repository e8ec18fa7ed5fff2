package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.ClientAuthentication;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;

/**
 * The client's side of the connection phase, from the greeting to the answer to COM_CLONE, or to the login only.
 *
 * <pre>
 *  GREETING ──greeting──► [TLS ──handshake done──►] AUTHENTICATING ──OK──► [ENTERING_CLONE_MODE ──OK──►] next handler
 * </pre>
 *
 * <p>Sequence ids begin with 0 at the greeting and count every packet of either side; TLS does not reset them.
 * COM_CLONE begins at 0 again. Source: docs/protocol/01-wire-protocol.md, sections 1 and 2.
 */
public final class ConnectionPhaseHandler extends ChannelInboundHandlerAdapter {

    /** What a packet of the connection phase may hold: public keys and error texts, no data. */
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** What a compressed packet of a donor may stand for: the largest block, of 64 pages of 64 KiB, and some more. */
    private static final int MAX_UNCOMPRESSED_BYTES = 8 << 20;

    /** Value of the handshake's maximum packet size; informational. */
    private static final long MAX_PACKET_SIZE = 64L << 20;

    /** {@code utf8mb4_0900_ai_ci}. */
    private static final int CHARACTER_SET = 255;

    private static final String FALLBACK_PLUGIN = "caching_sha2_password";
    private static final Set<String> FIRST_PLUGINS =
            Set.of(FALLBACK_PLUGIN, "sha256_password", "mysql_native_password");

    /** What the connection is for. */
    public enum Goal {
        /** COM_CLONE follows the login. */
        CLONE_MODE,
        /** Nothing follows: the connection takes SQL. */
        STATEMENTS
    }

    private enum State {
        GREETING,
        TLS,
        AUTHENTICATING,
        ENTERING_CLONE_MODE,
        OVER
    }

    private final LoginOptions options;
    private final Goal goal;
    private final Supplier<ChannelHandler> next;
    private final CompletableFuture<LoggedIn> loggedIn = new CompletableFuture<>();

    private State state = State.GREETING;
    private int sequenceId;
    private HandshakeV10 greeting;
    private Negotiation negotiated;
    private byte[] password = new byte[0];
    private ClientAuthentication authentication;
    private String transport;

    /**
     * @param next makes the handler that takes this one's place once the goal is reached; it is in the pipeline
     *     before {@link #loggedIn()} completes
     */
    public ConnectionPhaseHandler(LoginOptions options, Goal goal, Supplier<ChannelHandler> next) {
        this.options = options;
        this.goal = goal;
        this.next = next;
    }

    /**
     * Completes when the goal is reached; fails with {@link ServerErrorException}, {@link TlsNotOfferedException},
     * {@link CompressionNotOfferedException}, an SSL or
     * decoder exception, {@code AuthenticationException}, or {@link ClosedChannelException}.
     */
    public CompletableFuture<LoggedIn> loggedIn() {
        return loggedIn;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().addBefore(ctx.name(), PacketDecoder.class.getSimpleName(), new PacketDecoder(MAX_PAYLOAD_BYTES));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        InboundPacket packet = (InboundPacket) message;
        try {
            if (packet.sequenceId() != sequenceId) {
                throw new UnexpectedPacketException(
                        state.name(), "sequence id " + packet.sequenceId() + " (expected: " + sequenceId + ')');
            }
            sequenceId = sequenceId + 1 & 0xff;
            switch (state) {
                case GREETING -> onGreeting(ctx, packet.payload());
                case AUTHENTICATING -> onAuthentication(ctx, ConnectionPhasePacket.decode(packet.payload()));
                case ENTERING_CLONE_MODE -> onCloneAnswer(ctx, packet.payload());
                case TLS, OVER -> throw new UnexpectedPacketException(state.name(), "a packet");
            }
        } finally {
            packet.payload().release();
        }
    }

    private void onGreeting(ChannelHandlerContext ctx, ByteBuf payload) {
        if (isErr(payload)) {
            throw new ServerErrorException(ErrPacket.CODEC.decode(payload), ServerErrorException.Moment.GREETING);
        }
        if (payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == XProtocolException.NOTICE) {
            throw new XProtocolException();
        }
        greeting = HandshakeV10.CODEC.decode(payload);
        negotiated = Negotiation.of(greeting, options);
        if (negotiated.tls()) {
            requireNothingBehindTheGreeting(ctx);
            SslRequest request = new SslRequest(negotiated.capabilities(), MAX_PACKET_SIZE, CHARACTER_SET);
            state = State.TLS;
            send(ctx, out -> SslRequest.CODEC.encode(request, out));
            SslHandler tls = options.tls().get().apply(ctx.channel());
            ctx.pipeline().addFirst(SslHandler.class.getSimpleName(), tls);
        } else {
            transport = options.secureTransport() ? "Unix socket" : "clear text";
            authenticate(ctx, options.secureTransport());
        }
    }

    /**
     * What has come in clear text before TLS begins must not count as a part of what comes under TLS, not even as the
     * first bytes of a packet: anybody between the two sides can send it.
     */
    private static void requireNothingBehindTheGreeting(ChannelHandlerContext ctx) {
        if (ctx.pipeline().get(PacketDecoder.class).holdsBytes()) {
            throw new UnexpectedPacketException("a greeting and then TLS", "bytes in clear text behind the greeting");
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && state == State.TLS) {
            if (!handshake.isSuccess()) {
                fail(ctx, handshake.cause());
                return;
            }
            var session = ctx.pipeline().get(SslHandler.class).engine().getSession();
            transport = session.getProtocol() + ' ' + session.getCipherSuite();
            authenticate(ctx, true);
        }
        ctx.fireUserEventTriggered(event);
    }

    private void authenticate(ChannelHandlerContext ctx, boolean secureTransport) {
        state = State.AUTHENTICATING;
        password = options.password().get();
        authentication = new ClientAuthentication(password, secureTransport, options.authPolicy());
        String plugin = FIRST_PLUGINS.contains(greeting.authPluginName()) ? greeting.authPluginName() : FALLBACK_PLUGIN;
        HandshakeResponse41 response = new HandshakeResponse41(
                negotiated.capabilities(),
                MAX_PACKET_SIZE,
                CHARACTER_SET,
                options.user(),
                authentication.begin(plugin, greeting.nonce()),
                plugin,
                negotiated.capabilities().has(Capability.CLIENT_CONNECT_ATTRS)
                        ? options.connectionAttributes()
                        : Map.of(),
                negotiated.compression() == CompressionAlgorithm.ZSTD
                        ? options.compression().zstdLevel()
                        : 0);
        send(ctx, out -> HandshakeResponse41.CODEC.encode(response, out));
    }

    private void onAuthentication(ChannelHandlerContext ctx, ConnectionPhasePacket packet) {
        if (packet instanceof ConnectionPhasePacket.Ok) {
            Arrays.fill(password, (byte) 0);
            compress(ctx);
            onLogin(ctx);
        } else if (packet instanceof ConnectionPhasePacket.Err refused) {
            throw new ServerErrorException(refused.error(), ServerErrorException.Moment.LOGIN);
        } else if (packet instanceof ConnectionPhasePacket.Switch change) {
            Bytes nonce = change.request().authPluginData();
            Bytes answer = authentication.begin(
                    change.request().authPluginName(),
                    nonce.slice(0, Math.min(HandshakeV10.NONCE_LENGTH, nonce.length())));
            send(ctx, answer::writeTo);
        } else if (packet instanceof ConnectionPhasePacket.MoreData more) {
            Optional<Bytes> answer = authentication.onMoreData(more.data().data());
            answer.ifPresent(bytes -> send(ctx, bytes::writeTo));
        } else if (packet instanceof ConnectionPhasePacket.NextFactor factor) {
            throw AuthenticationException.furtherFactor(factor.request().authPluginName());
        }
    }

    private void onLogin(ChannelHandlerContext ctx) {
        switch (goal) {
            case CLONE_MODE -> {
                state = State.ENTERING_CLONE_MODE;
                sequenceId = 0;
                send(ctx, out -> out.writeByte(CommandCode.COM_CLONE.wireCode()));
            }
            case STATEMENTS -> finish(ctx);
        }
    }

    private void onCloneAnswer(ChannelHandlerContext ctx, ByteBuf payload) {
        if (isErr(payload)) {
            throw new ServerErrorException(
                    ErrPacket.CODEC.decode(payload), ServerErrorException.Moment.ENTERING_CLONE_MODE);
        }
        OkPacket.CODEC.decode(payload);
        finish(ctx);
    }

    private void finish(ChannelHandlerContext ctx) {
        state = State.OVER;
        ctx.pipeline().addAfter(ctx.name(), null, next.get());
        ctx.pipeline().remove(this);
        ctx.pipeline().remove(PacketDecoder.class); // last: it hands what it has not decoded to the next handler
        loggedIn.complete(new LoggedIn(greeting, negotiated.capabilities(), transport));
    }

    /** Both sides do so from the packet after the OK on. */
    private void compress(ChannelHandlerContext ctx) {
        if (negotiated.compression() != CompressionAlgorithm.UNCOMPRESSED) {
            CompressedPacketHandler handler = new CompressedPacketHandler(
                    negotiated.compression().open(options.compression().zstdLevel()), MAX_UNCOMPRESSED_BYTES);
            ctx.pipeline().addBefore(PacketDecoder.class.getSimpleName(), null, handler);
        }
    }

    private static boolean isErr(ByteBuf payload) {
        return payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == 0xff;
    }

    private void send(ChannelHandlerContext ctx, Consumer<ByteBuf> payload) {
        PacketWriter.write(ctx, ctx.alloc(), sequenceId, payload);
        sequenceId = sequenceId + 1 & 0xff;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new ClosedChannelException());
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        state = State.OVER;
        Arrays.fill(password, (byte) 0);
        loggedIn.completeExceptionally(cause);
        ctx.close();
    }
}
