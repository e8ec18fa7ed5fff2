package org.jclone.recipient.connection;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.journal.DonorIdentity;

/**
 * A donor in this process, at the other end of connections that use no network. It answers commands as the test says, on
 * its own threads, and notes them.
 */
public final class LocalDonor implements AutoCloseable {

    /** What the donor does. Called on the donor's event loop for the connection. */
    public interface Script {
        void onCommand(Peer peer, CloneCommand command);
    }

    /** The donor's end of a connection. */
    public final class Peer {

        private final int number;
        private final Channel channel;

        Peer(int number, Channel channel) {
            this.number = number;
            this.channel = channel;
        }

        public int number() {
            return number;
        }

        public void send(CloneResponse... responses) {
            for (CloneResponse response : responses) {
                ByteBuf packet = Unpooled.buffer().writeZero(PacketHeader.LENGTH);
                response.encode(packet);
                packet.setMediumLE(0, packet.readableBytes() - PacketHeader.LENGTH);
                channel.writeAndFlush(packet);
            }
        }

        public void close() {
            channel.close();
        }
    }

    private final class PeerHandler extends ByteToMessageDecoder {

        private Peer peer;
        private boolean left;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            peer = new Peer(peers.size(), ctx.channel());
            peers.put(peer.number(), peer);
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            if (in.readableBytes() < PacketHeader.LENGTH
                    || in.readableBytes() < PacketHeader.LENGTH + in.getUnsignedMediumLE(in.readerIndex())) {
                return;
            }
            int length = in.readUnsignedMediumLE();
            ByteBuf payload = in.skipBytes(1).readSlice(length);
            if (left) {
                onStatement(ctx, payload);
                return;
            }
            CloneCommand command = CloneCommand.decode(payload);
            said.add(peer.number() + " " + command.code());
            left = command instanceof ExitCommand;
            script.onCommand(peer, command);
        }

        private void onStatement(ChannelHandlerContext ctx, ByteBuf payload) {
            byte code = payload.readByte();
            if (code == 1) {
                said.add(peer.number() + " COM_QUIT");
                ctx.close();
            } else {
                said.add(peer.number() + " " + payload.toString(StandardCharsets.UTF_8));
                byte[] ok = {0, 0, 0, 2, 0, 0, 0};
                ctx.writeAndFlush(
                        Unpooled.buffer().writeMediumLE(ok.length).writeByte(1).writeBytes(ok));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) throws Exception {
            super.channelInactive(ctx);
            closed.add(peer.number());
        }
    }

    /** All commands and statements with the number of their connection, such as {@code 0 COM_EXECUTE}. */
    public final List<String> said = new CopyOnWriteArrayList<>();

    /** The connections that were closed, as soon as they are. */
    public final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();

    private final Script script;
    private final Throttle throttle;
    private final LongSupplier nanoClock;
    private final Map<Integer, Peer> peers = new ConcurrentHashMap<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());
    private final Channel server;

    public LocalDonor(Script script, Throttle throttle, LongSupplier nanoClock) {
        this.script = script;
        this.throttle = throttle;
        this.nanoClock = nanoClock;
        server = new ServerBootstrap()
                .group(loops)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<LocalChannel>() {
                    @Override
                    protected void initChannel(LocalChannel channel) {
                        channel.pipeline().addLast(new PeerHandler());
                    }
                })
                .bind(new LocalAddress("donor-" + System.identityHashCode(this)))
                .syncUninterruptibly()
                .channel();
    }

    /** The donor's end of a connection, by its number. */
    public Peer peer(int number) {
        return peers.get(number);
    }

    /**
     * Opens a connection in clone mode. The donor numbers its connections from 0.
     *
     * @param identity what the donor says of itself
     */
    public DataConnection connect(Optional<DonorIdentity> identity) {
        int number = peers.size();
        Channel channel = new Bootstrap()
                .group(loops)
                .channel(LocalChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(server.localAddress())
                .syncUninterruptibly()
                .channel();
        while (peers.size() == number) {
            Thread.onSpinWait(); // the donor's end is made on its event loop
        }
        DataConnection connection = new DataConnection(number, channel, new ReceiveBuffers(), throttle, nanoClock);
        connection.setLoggedIn(loggedIn(40 + number));
        connection.setIdentity(identity);
        channel.eventLoop()
                .submit(() -> channel.pipeline().addLast(connection.decoder()))
                .syncUninterruptibly();
        return connection;
    }

    /** A login without anything special. */
    public static LoggedIn loggedIn(long connectionId) {
        HandshakeV10 greeting =
                new HandshakeV10("9.7.4", connectionId, Bytes.of(new byte[20]), Capabilities.NONE, 255, 2, "");
        return new LoggedIn(greeting, Capabilities.NONE, "clear text");
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
