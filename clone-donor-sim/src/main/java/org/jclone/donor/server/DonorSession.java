package org.jclone.donor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jclone.donor.fault.ConnectionFaults;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.netty.CompressedPacketHandler;
import org.jclone.protocol.netty.InboundPacket;
import org.jclone.protocol.netty.PacketDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, in one {@link Phase} at a time.
 *
 * <pre>
 *   ConnectionPhase ──logged in──► CommandPhase ──COM_CLONE──► ClonePhase
 *                                       ▲                          │
 *                                       └─────────COM_EXIT─────────┘
 * </pre>
 *
 * <p>What breaks the protocol closes the connection without a word, as a MySQL server does. Source:
 * docs/protocol/01-wire-protocol.md sections 1 and 5.3.
 */
final class DonorSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LoggerFactory.getLogger(DonorSession.class);

    /** The {@code connect_timeout} of a MySQL server. */
    private static final long LOGIN_TIMEOUT_SECONDS = 10;

    private final long id;
    private final DonorServices services;
    private final Channel channel;
    private final Outbox outbox;
    private Phase phase;

    /** @param id from 1, in the order of connections */
    DonorSession(int id, DonorServices services, Channel channel) {
        this.id = id;
        this.services = services;
        this.channel = channel;
        outbox = new Outbox(
                channel,
                new ConnectionFaults(services.config().faults(), id, services.faultsMade()::increment),
                services::restart);
    }

    long id() {
        return id;
    }

    Channel channel() {
        return channel;
    }

    /** Where the client is, such as {@code 10.1.2.3:41870}. */
    String address() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? NetUtil.toSocketAddressString(address)
                : "unknown";
    }

    Outbox outbox() {
        return outbox;
    }

    DonorServices services() {
        return services;
    }

    /** From now on packets are compressed, if that was agreed on. Event loop. */
    void compress(CompressionAlgorithm algorithm, int zstdLevel) {
        if (algorithm != CompressionAlgorithm.UNCOMPRESSED) {
            String decoder = channel.pipeline().context(PacketDecoder.class).name();
            channel.pipeline()
                    .addBefore(
                            decoder,
                            null,
                            new CompressedPacketHandler(
                                    algorithm.open(zstdLevel), SessionInitializer.MAX_PAYLOAD_BYTES));
        }
    }

    /** From now on packets mean something else. Event loop. */
    void enter(Phase next) {
        phase = next;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        services.sessions().add(this);
        ConnectionPhase first = new ConnectionPhase(this);
        phase = first;
        channel.eventLoop().schedule(() -> requireLeft(first), LOGIN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        first.greet();
    }

    private void requireLeft(ConnectionPhase first) {
        if (phase == first) {
            LOGGER.atDebug().addKeyValue("connection", id).log("closing a connection that nobody logged in on");
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        take((InboundPacket) message);
    }

    /** Takes a packet, and its payload with it. Event loop. */
    void take(InboundPacket packet) {
        phase.onPacket(packet);
    }

    /** Runs on a packet that its taker does not keep. */
    static void consume(InboundPacket packet, Consumer<InboundPacket> taker) {
        try {
            taker.accept(packet);
        } finally {
            packet.payload().release();
        }
    }

    /** KILL QUERY: ends what is being done, and leaves the connection. Any thread. */
    void killQuery() {
        channel.eventLoop().execute(() -> phase.kill());
    }

    /** KILL CONNECTION. Any thread. */
    void kill() {
        channel.eventLoop().execute(() -> {
            phase.kill();
            channel.close();
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        services.sessions().remove(this);
        phase.onClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException || cause instanceof IOException) {
            LOGGER.atDebug()
                    .addKeyValue("connection", id)
                    .addKeyValue("reason", cause.getMessage())
                    .log("closing a connection");
        } else {
            LOGGER.atError().addKeyValue("connection", id).setCause(cause).log("closing a connection");
        }
        ctx.close();
    }
}
