package org.jclone.donor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jclone.donor.api.Account;
import org.jclone.donor.api.FailedLogin;
import org.jclone.donor.fault.ConnectionFaults;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.netty.CompressedPacketHandler;
import org.jclone.protocol.netty.InboundPacket;
import org.jclone.protocol.netty.PacketDecoder;
import org.jclone.protocol.packet.ErrPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, which is in one {@link Phase} at a time.
 *
 * <pre>
 *   ConnectionPhase ──logged in──► CommandPhase ──COM_CLONE──► ClonePhase
 *                                       ▲                          │
 *                                       └─────────COM_EXIT─────────┘
 * </pre>
 *
 * <p>A protocol violation closes the connection without an error, as a MySQL server does. Source:
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
    private volatile Optional<Account> account = Optional.empty();
    private volatile boolean clones;

    /** Whether the entrance counts it, as logged in or not. */
    private boolean atEntrance;

    private boolean inside;

    /** @param id number of the connection, from 1 */
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

    /** Returns the client's address, such as {@code 10.1.2.3:41870}. */
    String address() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? NetUtil.toSocketAddressString(address)
                : "unknown";
    }

    /** Returns the client's address without its port. */
    String host() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "unknown";
    }

    /** Returns the account that has logged in. Any thread. */
    Optional<Account> account() {
        return account;
    }

    /** Returns whether the connection is in clone mode. Any thread. */
    boolean clones() {
        return clones;
    }

    /** Returns whether this account has logged in from this host. Any thread. */
    boolean isOf(Account other, String otherHost) {
        return account.filter(own -> own.user().equals(other.user())).isPresent() && host().equals(otherHost);
    }

    /** Sets the maximum length of the client's packets, if the connection is still open. Event loop. */
    void limitPackets(int bytes) {
        PacketDecoder decoder = channel.pipeline().get(PacketDecoder.class);
        if (decoder != null) {
            decoder.limit(bytes);
        }
    }

    /** Records a successful login. Event loop. */
    void logIn(Account loggedIn) {
        account = Optional.of(loggedIn);
        leaveEntrance();
        services.entrance().beginSession(inetAddress());
        inside = true;
    }

    /** Records a failed login, and returns the delay before the client gets the answer. Event loop. */
    long failLogin(String user) {
        int failures = services.entrance().fail(inetAddress());
        services.config().listener().onFailedLogin(new FailedLogin(user, host(), failures));
        long delay = Entrance.delayMillis(failures);
        // The connection counts during the delay, even if the client does not wait.
        atEntrance = false;
        channel.eventLoop().schedule(() -> services.entrance().leave(inetAddress()), delay, TimeUnit.MILLISECONDS);
        return delay;
    }

    private void leaveEntrance() {
        if (atEntrance) {
            atEntrance = false;
            services.entrance().leave(inetAddress());
        }
    }

    private InetAddress inetAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    Outbox outbox() {
        return outbox;
    }

    DonorServices services() {
        return services;
    }

    /** Compresses packets from now on, if compression was negotiated. Event loop. */
    void compress(CompressionAlgorithm algorithm, int zstdLevel) {
        if (algorithm != CompressionAlgorithm.UNCOMPRESSED) {
            String decoder = channel.pipeline().context(PacketDecoder.class).name();
            channel.pipeline()
                    .addBefore(
                            decoder,
                            null,
                            new CompressedPacketHandler(algorithm.open(zstdLevel), ClonePhase.MAX_PACKET_BYTES));
        }
    }

    /** Enters another phase. Event loop. */
    void enter(Phase next) {
        phase = next;
        clones = next instanceof ClonePhase;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!services.entrance().enter(inetAddress())) {
            phase = packet -> packet.payload().release();
            ErrPacket error = new ErrPacket(CloneError.ER_CON_COUNT_ERROR, "08004", "too many connections");
            outbox.send(0, error, out -> ErrPacket.CODEC.encode(error, out)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        atEntrance = true;
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

    /** Takes ownership of a packet and its payload. Event loop. */
    void take(InboundPacket packet) {
        phase.onPacket(packet);
    }

    /** Calls {@code taker}, and releases the packet afterwards. */
    static void consume(InboundPacket packet, Consumer<InboundPacket> taker) {
        try {
            taker.accept(packet);
        } finally {
            packet.payload().release();
        }
    }

    /** Runs KILL QUERY: ends the current command, and keeps the connection. Any thread. */
    void killQuery() {
        channel.eventLoop().execute(() -> phase.kill());
    }

    /** Sends nothing more to the client. Any thread. */
    void silence() {
        outbox.silence();
    }

    /** Runs KILL CONNECTION. Any thread. */
    void kill() {
        channel.eventLoop().execute(() -> {
            phase.kill();
            channel.close();
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        services.sessions().remove(this);
        leaveEntrance();
        if (inside) {
            services.entrance().endSession();
        }
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
