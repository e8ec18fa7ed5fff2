package org.jclone.recipient.connection;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.protocol.netty.ConnectionPhaseHandler;
import org.jclone.protocol.netty.ConnectionPhaseHandler.Goal;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.protocol.netty.LoginOptions;
import org.jclone.protocol.netty.OpenChannels;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.SqlConnection;

/**
 * Opens connections to the donor, with native epoll where available and NIO elsewhere. Each data connection has its own
 * event loop; control connections share one.
 *
 * <p>After one connection used TLS, all later ones must, even where clear text was allowed at first: their contents are as
 * confidential.
 */
public final class Transport implements AutoCloseable {

    private static final long CLOSE_PATIENCE_SECONDS = 2;
    private static final Duration CHANNEL_PATIENCE = Duration.ofSeconds(2);

    // After 30 s of silence the kernel sends a probe every 10 s, and gives up after six.
    private static final int PROBE_IDLE_SECONDS = 30;
    private static final int PROBE_INTERVAL_SECONDS = 10;
    private static final int PROBES = 6;

    /** How long data may stay unacknowledged by the peer's kernel. */
    private static final int UNACKNOWLEDGED_MILLIS = 90_000;

    private final DonorAddress donor;
    private volatile LoginOptions login;
    private final Duration connectTimeout;
    private final EventLoopGroup dataLoops;
    private final EventLoopGroup controlLoop;
    private final boolean epoll;
    private final OpenChannels open = new OpenChannels();
    private volatile boolean overTls;

    public Transport(DonorAddress donor, LoginOptions login, Duration connectTimeout, int dataConnections) {
        this.donor = donor;
        this.login = login;
        this.connectTimeout = connectTimeout;
        this.epoll = Epoll.isAvailable();
        this.dataLoops = loops("clone-data", dataConnections);
        this.controlLoop = loops("clone-control", 1);
    }

    private EventLoopGroup loops(String name, int count) {
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), handlers);
    }

    /** Sets the compression of later connections. Existing ones keep theirs. */
    public void compress(CompressionOffer offer) {
        login = login.compressedWith(offer);
    }

    /** Opens a connection for blocks. Fails with what {@link ConnectionPhaseHandler#loggedIn()} fails with. */
    public CompletableFuture<DataConnection> openData(BiFunction<Channel, ReceiveBuffers, DataConnection> factory) {
        ReceiveBuffers receiveBuffers = new ReceiveBuffers();
        AtomicReference<DataConnection> connection = new AtomicReference<>();
        return connect(
                        dataLoops,
                        receiveBuffers,
                        Goal.CLONE_MODE,
                        channel -> {
                            connection.set(factory.apply(channel, receiveBuffers));
                            return connection.get().decoder();
                        },
                        CompletableFuture::completedFuture)
                .thenApply(loggedIn -> {
                    connection.get().setLoggedIn(loggedIn);
                    return connection.get();
                });
    }

    /** Opens a connection for blocks that knows the identity of the donor at its other end. */
    public CompletableFuture<DataConnection> openMain(BiFunction<Channel, ReceiveBuffers, DataConnection> factory) {
        return openIdentified(dataLoops, factory);
    }

    /** Opens a connection for statements. */
    public CompletableFuture<DonorSql> openSql(ErrorTranslator errors, Duration timeout) {
        AtomicReference<SqlConnection> connection = new AtomicReference<>();
        return connect(
                        controlLoop,
                        new ReceiveBuffers(),
                        Goal.STATEMENTS,
                        channel -> {
                            connection.set(new SqlConnection(channel));
                            return connection.get();
                        },
                        CompletableFuture::completedFuture)
                .thenApply(loggedIn -> new DonorSql(connection.get(), loggedIn, errors, timeout));
    }

    /** Opens a connection for commands only, which knows the identity of the donor at its other end. */
    public CompletableFuture<CommandConnection> openControl() {
        return openIdentified(controlLoop, CommandConnection::new);
    }

    /** Asks on the connection that then enters clone mode, because another one may reach another server. */
    private <C extends CommandConnection> CompletableFuture<C> openIdentified(
            EventLoopGroup loops, BiFunction<Channel, ReceiveBuffers, C> factory) {
        ReceiveBuffers receiveBuffers = new ReceiveBuffers();
        AtomicReference<SqlConnection> statements = new AtomicReference<>();
        return connect(
                loops,
                receiveBuffers,
                Goal.STATEMENTS,
                channel -> {
                    statements.set(new SqlConnection(channel));
                    return statements.get();
                },
                loggedIn -> DonorIdentities.ask(statements.get(), loggedIn).thenCompose(identity -> {
                    C connection = factory.apply(statements.get().channel(), receiveBuffers);
                    connection.setLoggedIn(loggedIn);
                    connection.setIdentity(identity);
                    return statements.get().handOver(connection.decoder()).thenApply(entered -> connection);
                }));
    }

    /**
     * @param first creates the handler for the time after the login
     * @param then completes the opening of the connection, within the same timeout
     */
    private <T> CompletableFuture<T> connect(
            EventLoopGroup loops,
            ReceiveBuffers receiveBuffers,
            Goal goal,
            Function<Channel, ChannelHandler> first,
            Function<LoggedIn, CompletableFuture<T>> then) {
        CompletableFuture<T> result = new CompletableFuture<>();
        LoginOptions options = login;
        int timeoutMillis = (int) Math.min(Integer.MAX_VALUE, connectTimeout.toMillis());
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(channelType())
                // The adaptive allocator creates and clears large buffers each time. With TLS that took a tenth of
                // the time.
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers)
                .handler(new ChannelInitializer<DuplexChannel>() {
                    @Override
                    protected void initChannel(DuplexChannel channel) {
                        if (channel instanceof SocketChannel tcp) {
                            tcp.config().setTcpNoDelay(true);
                            probeWhileSilent(tcp.config());
                        }
                        login(channel, options, goal, first.apply(channel), then, result);
                    }
                })
                .connect(address());
        open.add(connecting.channel());
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                result.completeExceptionally(connected.cause());
            }
        });
        return result;
    }

    /** Makes the kernel detect a dead peer, even while the donor may be silent for long, as in COM_INIT and COM_ATTACH. */
    private void probeWhileSilent(SocketChannelConfig tcp) {
        tcp.setKeepAlive(true);
        if (epoll) {
            tcp.setOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_IDLE_SECONDS);
            tcp.setOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_INTERVAL_SECONDS);
            tcp.setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
            tcp.setOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS);
        } else {
            tcp.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), PROBE_IDLE_SECONDS);
            tcp.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), PROBE_INTERVAL_SECONDS);
            tcp.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), PROBES);
        }
    }

    private Class<? extends Channel> channelType() {
        if (donor.socket().isPresent()) {
            return epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
        }
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    private SocketAddress address() {
        if (donor.socket().isEmpty()) {
            return InetSocketAddress.createUnresolved(donor.host(), donor.port());
        }
        Path socket = donor.socket().get();
        return epoll ? new DomainSocketAddress(socket.toFile()) : UnixDomainSocketAddress.of(socket);
    }

    private <T> void login(
            Channel channel,
            LoginOptions options,
            Goal goal,
            ChannelHandler next,
            Function<LoggedIn, CompletableFuture<T>> then,
            CompletableFuture<T> result) {
        boolean tlsBefore = overTls;
        ConnectionPhaseHandler phase =
                new ConnectionPhaseHandler(tlsBefore ? options.requiringTls() : options, goal, () -> next);
        channel.pipeline().addLast(phase);
        ScheduledFuture<?> deadline = channel.eventLoop()
                .schedule(
                        () -> {
                            result.completeExceptionally(DonorTimeoutException.login(connectTimeout));
                            channel.close();
                        },
                        connectTimeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        phase.loggedIn()
                .thenCompose(loggedIn -> {
                    if (channel.pipeline().get(SslHandler.class) != null) {
                        overTls = true;
                    }
                    return then.apply(loggedIn);
                })
                .whenComplete((connection, failure) -> {
                    deadline.cancel(false);
                    if (failure == null) {
                        result.complete(connection);
                    } else {
                        channel.close();
                        result.completeExceptionally(tlsBefore ? downgrade(failure) : failure);
                    }
                });
    }

    private Throwable downgrade(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof TlsNotOfferedException
                ? Failure.TlsFailed.DOWNGRADE.exception(
                        donor + " does not offer TLS any more, and the clone began over TLS", cause)
                : failure;
    }

    /** Closes all open connections and ends the threads. */
    @Override
    public void close() {
        open.closeAll(CHANNEL_PATIENCE);
        Future<?> dataEnd = dataLoops.shutdownGracefully(0, CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        Future<?> controlEnd = controlLoop.shutdownGracefully(0, CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        dataEnd.awaitUninterruptibly(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        controlEnd.awaitUninterruptibly(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
