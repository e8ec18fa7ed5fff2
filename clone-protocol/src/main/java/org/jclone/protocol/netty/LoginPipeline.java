package org.jclone.protocol.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLSession;
import org.jclone.protocol.compress.PacketCompression;
import org.jclone.protocol.packet.UnexpectedPacketException;

/**
 * The handlers of a connection during the login:
 *
 * <pre>
 *  socket ──► [SslHandler ──►] [CompressedPacketHandler ──►] PacketDecoder ──► login, then its successor
 * </pre>
 *
 * <p>TLS starts after the greeting, compression after the OK that ends authentication. The login handler decides when.
 */
final class LoginPipeline {

    /** The maximum length of a packet of the connection phase: public keys and error texts, no data. */
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /**
     * The maximum decompressed length of a donor's packet: slightly more than the largest block, 64 pages of 64 KiB.
     */
    private static final int MAX_UNCOMPRESSED_BYTES = 8 << 20;

    private final ChannelHandlerContext login;
    private final ChannelPipeline pipeline;

    /** @param login the context of the login handler */
    LoginPipeline(ChannelHandlerContext login) {
        this.login = login;
        pipeline = login.pipeline();
        pipeline.addBefore(login.name(), PacketDecoder.class.getSimpleName(), new PacketDecoder(MAX_PAYLOAD_BYTES));
    }

    /**
     * Rejects clear text that arrived before TLS starts. It must not count as received under TLS, not even as the first
     * bytes of a packet: an attacker on the network path can send it.
     */
    void requireNothingAfterTheGreeting() {
        if (pipeline.get(PacketDecoder.class).holdsBytes()) {
            throw new UnexpectedPacketException("a greeting and then TLS", "bytes in clear text after the greeting");
        }
    }

    void startTls(SslHandler tls) {
        pipeline.addFirst(SslHandler.class.getSimpleName(), tls);
    }

    /** Returns the TLS version and the cipher suite. Call it after the TLS handshake. */
    String tlsTransport() {
        SSLSession session = pipeline.get(SslHandler.class).engine().getSession();
        return session.getProtocol() + ' ' + session.getCipherSuite();
    }

    /** Starts compression in both directions. */
    void compress(PacketCompression compression) {
        pipeline.addBefore(
                PacketDecoder.class.getSimpleName(),
                null,
                new CompressedPacketHandler(compression, MAX_UNCOMPRESSED_BYTES));
    }

    /** Replaces the login and its packet decoder with {@code successor}. */
    void replaceLoginWith(ChannelHandler successor) {
        pipeline.addAfter(login.name(), null, successor);
        pipeline.remove(login.handler());
        pipeline.remove(PacketDecoder.class); // last: it passes its remaining bytes to the next handler
    }
}
