package org.jclone.daemon.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.FileReason;
import org.jclone.recipient.explain.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests on any number of listeners, with the routes of one table. Connections belong to one event loop;
 * handlers run on the threads of a {@link HandlerPool}.
 */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpServer.class);

    private static final int MAX_CHUNK_BYTES = 8192;
    private static final long TLS_HANDSHAKE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 2;

    /** {@code S_IFMT} and {@code S_IFSOCK} of stat(2). */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private final Router router;
    private final HttpLimits limits;
    private final InstantSource clock;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http", true), EpollIoHandler.newFactory());
    private final HandlerPool handlers = new HandlerPool();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final List<Path> sockets = new ArrayList<>();
    private final List<Tls> tls = new ArrayList<>();

    /** The files of a listener, and what was read from them. */
    private record Tls(TlsFiles files, AtomicReference<SslContext> context) {}

    /** @throws IllegalStateException if this is not Linux */
    public HttpServer(Router router, HttpLimits limits, InstantSource clock) {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException("epoll is not available", Epoll.unavailabilityCause());
        }
        this.router = router;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Begins to accept connections.
     *
     * @return the address in use, for a port 0
     */
    public synchronized Optional<InetSocketAddress> listen(ListenAddress address, Access access) throws CloneException {
        if (address instanceof ListenAddress.Tcp tcp) {
            ServerBootstrap bootstrap = bootstrap(access, context(tcp.tls())).channel(EpollServerSocketChannel.class);
            return Optional.of((InetSocketAddress) bind(bootstrap, tcp.address(), address, Failure.Daemon.API_LISTEN)
                    .localAddress());
        }
        if (address instanceof ListenAddress.UnixSocket unix) {
            removeStaleSocket(unix.path());
            ServerBootstrap bootstrap =
                    bootstrap(access, new AtomicReference<>()).channel(EpollServerDomainSocketChannel.class);
            bind(bootstrap, new DomainSocketAddress(unix.path().toFile()), address, Failure.Daemon.API_SOCKET);
            sockets.add(unix.path());
            openToOthers(unix.path());
            return Optional.empty();
        }
        if (address instanceof ListenAddress.InheritedTcp tcp) {
            var channel = new EpollServerSocketChannel(tcp.descriptor());
            try {
                ListenAddress.requireSafe(channel.localAddress(), tcp.tls());
            } catch (IllegalArgumentException e) {
                throw Failure.Daemon.API_LISTEN.exception("cannot listen on " + address + ": " + e.getMessage(), e);
            }
            register(bootstrap(access, context(tcp.tls())).channelFactory(() -> channel), address);
            return Optional.of(channel.localAddress());
        }
        int descriptor = ((ListenAddress.Inherited) address).descriptor();
        ServerBootstrap bootstrap = bootstrap(access, new AtomicReference<>())
                .channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true));
        register(bootstrap, address);
        return Optional.empty();
    }

    /** Returns what TLS needs, read again by {@link #reloadTls}; empty without TLS. */
    private AtomicReference<SslContext> context(Optional<TlsFiles> files) throws CloneException {
        AtomicReference<SslContext> context = new AtomicReference<>();
        if (files.isPresent()) {
            context.set(files.get().context());
            tls.add(new Tls(files.get(), context));
        }
        return context;
    }

    private Channel bind(
            ServerBootstrap bootstrap, java.net.SocketAddress where, ListenAddress address, Failure failure)
            throws CloneException {
        var binding = bootstrap.bind(where).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw failure.exception(
                    "cannot listen on " + address + ": " + binding.cause().getMessage(), binding.cause());
        }
        open.add(binding.channel());
        return binding.channel();
    }

    /** The kernel already listens on an inherited socket. */
    private void register(ServerBootstrap bootstrap, ListenAddress address) throws CloneException {
        var registering = bootstrap.register().awaitUninterruptibly();
        if (!registering.isSuccess()) {
            throw Failure.Daemon.API_SOCKET.exception(
                    "cannot listen on " + address + ": " + registering.cause().getMessage(), registering.cause());
        }
        open.add(registering.channel());
    }

    private ServerBootstrap bootstrap(Access access, AtomicReference<SslContext> context) {
        Admission admission = new Admission(access, limits);
        return new ServerBootstrap()
                .group(loop)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        OptionalInt user = admission.user(Peer.uid(channel));
                        Optional<String> crowd = admission.enter(user);
                        if (crowd.isEmpty()) {
                            channel.closeFuture().addListener(closed -> admission.leave(user));
                        } else if (admission.beginRefusal()) {
                            channel.closeFuture().addListener(closed -> admission.endRefusal());
                        } else {
                            channel.close();
                            return;
                        }
                        open.add(channel);
                        addHandlers(channel, access, Optional.ofNullable(context.get()), crowd);
                    }
                });
    }

    private void addHandlers(Channel channel, Access access, Optional<SslContext> context, Optional<String> crowd) {
        context.ifPresent(ssl -> {
            var handler = ssl.newHandler(channel.alloc());
            handler.setHandshakeTimeout(TLS_HANDSHAKE_SECONDS, TimeUnit.SECONDS);
            channel.pipeline().addLast(handler);
        });
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new WriteTimeoutHandler(limits.write().toMillis(), TimeUnit.MILLISECONDS));
        addCodec(pipeline, limits);
        pipeline.addLast(new HttpConnection(router, access, limits, handlers, clock, crowd));
    }

    /** Adds the handlers that decode requests, one at a time. */
    static void addCodec(ChannelPipeline pipeline, HttpLimits limits) {
        HttpDecoderConfig strict = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setValidateHeaders(true);
        pipeline.addLast(new HttpServerCodec(strict)).addLast(new FlowControlHandler());
    }

    /** Removes the socket of a daemon that has ended. */
    private static void removeStaleSocket(Path path) throws CloneException {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & FILE_TYPE) != SOCKET) { // a FIFO or a device may be in use
                throw Failure.Daemon.API_SOCKET.exception("cannot listen on " + path + ": it exists, and is no socket");
            }
            if (isAnswering(path)) {
                throw Failure.Daemon.API_SOCKET.exception(
                        "cannot listen on " + path + ": another process answers there");
            }
            Files.delete(path);
        } catch (java.nio.file.NoSuchFileException e) {
            return; // the usual case
        } catch (IOException e) {
            throw Failure.Daemon.API_SOCKET.exception("cannot listen on " + path + ": " + FileReason.of(e), e);
        }
    }

    private static boolean isAnswering(Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false;
        }
    }

    /** Lets everyone connect who can enter the directory. {@link Access} refuses those who may not call. */
    private static void openToOthers(Path path) throws CloneException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException e) {
            throw Failure.Daemon.API_SOCKET.exception(
                    "cannot set the permissions of " + path + ": " + FileReason.of(e), e);
        }
    }

    /**
     * Reads certificates and keys again, for connections from now on.
     *
     * @throws CloneException if one cannot be read; then all stay as they are
     */
    public synchronized void reloadTls() throws CloneException {
        List<SslContext> fresh = new ArrayList<>();
        for (Tls each : tls) {
            fresh.add(each.files().context());
        }
        for (int i = 0; i < fresh.size(); i++) {
            tls.get(i).context().set(fresh.get(i));
        }
    }

    /**
     * Takes no further connections, answers the requests that have begun, refuses others, ends all connections, and
     * removes the Unix sockets.
     */
    @Override
    public synchronized void close() {
        open.close(ChannelMatchers.isServerChannel()).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        handlers.close();
        open.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        for (Path socket : sockets) {
            try {
                Files.deleteIfExists(socket);
            } catch (IOException e) {
                LOGGER.atDebug().addKeyValue("reason", FileReason.of(e)).log("the next daemon removes the socket");
            }
        }
    }
}
