package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;

/**
 * The client's side of the connection phase, from the greeting to the answer to COM_CLONE, or only to the login.
 *
 * <pre>
 *  GREETING ──greeting──► [TLS ──handshake done──►] AUTHENTICATING ──OK──► [ENTERING_CLONE_MODE ──OK──►] next handler
 * </pre>
 *
 * <p>This class holds the order of the steps and the sequence ids. {@link AuthenticationFlow} answers the server's
 * authentication packets; {@link LoginPipeline} adds and removes handlers for packets, TLS and compression.
 *
 * <p>Sequence ids start at 0 with the greeting and count every packet of either side; TLS does not reset them.
 * COM_CLONE starts at 0 again. Source: docs/protocol/01-wire-protocol.md, sections 1 and 2.
 */
public final class ConnectionPhaseHandler extends ChannelInboundHandlerAdapter {

    /** The purpose of the connection. */
    public enum Goal {
        /** COM_CLONE follows the login. */
        CLONE_MODE,
        /** Nothing follows the login: the connection is for SQL. */
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
    private LoginPipeline pipeline;
    private HandshakeV10 greeting;
    private Negotiation negotiated;
    private AuthenticationFlow authentication;
    private String transport;

    /**
     * @param next creates the handler that replaces this one when the goal is reached; it is in the pipeline before
     *     {@link #loggedIn()} completes
     */
    public ConnectionPhaseHandler(LoginOptions options, Goal goal, Supplier<ChannelHandler> next) {
        this.options = options;
        this.goal = goal;
        this.next = next;
    }

    /**
     * Completes when the goal is reached. Fails with {@link ServerErrorException}, {@link TlsNotOfferedException},
     * {@link CompressionNotOfferedException}, an SSL or decoder exception, {@code AuthenticationException}, or
     * {@link ClosedChannelException}.
     */
    public CompletableFuture<LoggedIn> loggedIn() {
        return loggedIn;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        pipeline = new LoginPipeline(ctx);
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
                case ENTERING_CLONE_MODE -> onCloneAnswer(packet.payload());
                case TLS, OVER -> throw new UnexpectedPacketException(state.name(), "a packet");
            }
        } finally {
            packet.payload().release();
        }
    }

    private void onGreeting(ChannelHandlerContext ctx, ByteBuf payload) {
        if (ErrPacket.isErr(payload)) {
            throw new ServerErrorException(ErrPacket.CODEC.decode(payload), ServerErrorException.Moment.GREETING);
        }
        if (payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == XProtocolException.NOTICE) {
            throw new XProtocolException();
        }
        greeting = HandshakeV10.CODEC.decode(payload);
        negotiated = Negotiation.of(greeting, options);
        if (negotiated.tls()) {
            requestTls(ctx);
        } else {
            transport = options.secureTransport() ? "Unix socket" : "clear text";
            authenticate(ctx, options.secureTransport());
        }
    }

    private void requestTls(ChannelHandlerContext ctx) {
        pipeline.requireNothingAfterTheGreeting();
        state = State.TLS;
        SslRequest request = negotiated.sslRequest();
        send(ctx, out -> SslRequest.CODEC.encode(request, out));
        pipeline.startTls(options.tls().get().apply(ctx.channel()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && state == State.TLS) {
            if (!handshake.isSuccess()) {
                fail(ctx, handshake.cause());
                return;
            }
            transport = pipeline.tlsTransport();
            authenticate(ctx, true);
        }
        ctx.fireUserEventTriggered(event);
    }

    private void authenticate(ChannelHandlerContext ctx, boolean secureTransport) {
        state = State.AUTHENTICATING;
        authentication = new AuthenticationFlow(options, secureTransport);
        HandshakeResponse41 response = authentication.begin(greeting, negotiated);
        send(ctx, out -> HandshakeResponse41.CODEC.encode(response, out));
    }

    private void onAuthentication(ChannelHandlerContext ctx, ConnectionPhasePacket packet) {
        authentication.onPacket(packet).ifPresent(answer -> send(ctx, answer::writeTo));
        if (authentication.isAccepted()) {
            if (negotiated.compression() != CompressionAlgorithm.UNCOMPRESSED) {
                pipeline.compress(
                        negotiated.compression().open(options.compression().zstdLevel()));
            }
            onLogin(ctx);
        }
    }

    private void onLogin(ChannelHandlerContext ctx) {
        switch (goal) {
            case CLONE_MODE -> {
                state = State.ENTERING_CLONE_MODE;
                sequenceId = 0;
                send(ctx, out -> out.writeByte(CommandCode.COM_CLONE.wireCode()));
            }
            case STATEMENTS -> finish();
        }
    }

    private void onCloneAnswer(ByteBuf payload) {
        if (ErrPacket.isErr(payload)) {
            throw new ServerErrorException(
                    ErrPacket.CODEC.decode(payload), ServerErrorException.Moment.ENTERING_CLONE_MODE);
        }
        OkPacket.CODEC.decode(payload);
        finish();
    }

    private void finish() {
        state = State.OVER;
        pipeline.replaceLoginWith(next.get());
        loggedIn.complete(new LoggedIn(greeting, negotiated.capabilities(), transport));
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
        if (authentication != null) {
            authentication.close();
        }
        loggedIn.completeExceptionally(cause);
        ctx.close();
    }
}
