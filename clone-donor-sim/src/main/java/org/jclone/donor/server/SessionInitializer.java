package org.jclone.donor.server;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.protocol.netty.PacketDecoder;

/** Builds the pipeline of an accepted connection, and numbers the connection. */
final class SessionInitializer extends ChannelInitializer<SocketChannel> {

    /** Maximum length of a packet before the login: a handshake response with some attributes, or a password. */
    static final int MAX_LOGIN_PACKET_BYTES = 16 << 10;

    private final DonorServices services;
    private final AtomicInteger lastId = new AtomicInteger();

    SessionInitializer(DonorServices services) {
        this.services = services;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        channel.pipeline().addLast(new PacketDecoder(MAX_LOGIN_PACKET_BYTES));
        if (!services.config().faults().isEmpty()) {
            channel.pipeline().addLast(new StepHandler());
        }
        channel.pipeline().addLast(new DonorSession(lastId.incrementAndGet(), services, channel));
    }
}
