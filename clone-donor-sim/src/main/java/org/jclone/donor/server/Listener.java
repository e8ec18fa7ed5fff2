package org.jclone.donor.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.api.DonorConfig;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.netty.OpenChannels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening socket and everything behind it. */
public final class Listener implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Listener.class);
    private static final int EVENT_LOOPS = 4;
    private static final long CLOSE_PATIENCE_SECONDS = 5;
    private static final Duration CHANNEL_PATIENCE = Duration.ofSeconds(2);

    private final DonorServices services;
    private final ExecutorService cloneThreads;
    private final EventLoopGroup eventLoops;
    private final Channel channel;
    private final OpenChannels accepted;

    private Listener(
            DonorServices services,
            ExecutorService cloneThreads,
            EventLoopGroup eventLoops,
            Channel channel,
            OpenChannels accepted) {
        this.services = services;
        this.cloneThreads = cloneThreads;
        this.eventLoops = eventLoops;
        this.channel = channel;
        this.accepted = accepted;
    }

    /** Opens the socket. Returns once connections are accepted. */
    public static Listener open(DonorConfig config) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(config.listen().host(), config.listen().port());
        if (address.isUnresolved()) {
            throw new UnknownHostException("no such host: " + config.listen().host());
        }
        ExecutorService cloneThreads = Executors.newCachedThreadPool(new DefaultThreadFactory("donor-clone", true));
        DonorServices services = DonorServices.of(config, cloneThreads);
        if (mayNeedRsaKeys(config)) {
            services.rsaKeys().prepare();
        }
        EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("donor-io", true), NioIoHandler.newFactory());
        OpenChannels accepted = new OpenChannels();
        try {
            Channel channel = new ServerBootstrap()
                    .group(eventLoops)
                    .channel(NioServerSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object connection) {
                            accepted.add((Channel) connection);
                            ctx.fireChannelRead(connection);
                        }
                    })
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childHandler(new SessionInitializer(services))
                    .bind(address)
                    .sync()
                    .channel();
            LOGGER.atInfo().addKeyValue("address", channel.localAddress()).log("donor is listening");
            return new Listener(services, cloneThreads, eventLoops, channel, accepted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            eventLoops.shutdownGracefully();
            throw new IOException("interrupted while opening " + config.listen(), e);
        } catch (Exception e) {
            eventLoops.shutdownGracefully();
            throw e;
        }
    }

    /** Returns whether passwords may be sent without TLS. */
    private static boolean mayNeedRsaKeys(DonorConfig config) {
        return !config.tls().requireSecureTransport()
                && config.accounts().stream().anyMatch(account -> account.plugin() != AuthPlugin.MYSQL_NATIVE_PASSWORD);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    public int connections() {
        return services.sessions().all().size();
    }

    public long faultsMade() {
        return services.faultsMade().sum();
    }

    public int clones() {
        return services.clones().size();
    }

    public int waitingClones() {
        return services.clones().waiting();
    }

    public Optional<DdlSettings> lastDdlSettings() {
        return services.clones().lastDdlSettings();
    }

    /** Ends all connections without an error and forgets all clones. */

    /** Stops accepting clones and waits for those in progress. Returns false if one is still running at the timeout. */
    public boolean drain(Duration timeout) throws InterruptedException {
        services.clones().close();
        return services.clones().awaitNone(timeout);
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        services.clones().close();
        services.sessions().all().forEach(DonorSession::kill);
        cloneThreads.shutdown();
        try {
            if (!cloneThreads.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.atWarn().log("a clone does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        accepted.closeAll(CHANNEL_PATIENCE);
        Future<?> down = eventLoops.shutdownGracefully(0, CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        down.awaitUninterruptibly();
    }
}
