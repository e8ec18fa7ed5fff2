package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** A donor with the TLS of the JDK, and a recipient with OpenSSL, after their handshake. */
final class TlsPair {

    final EmbeddedChannel donor;
    final EmbeddedChannel recipient = new EmbeddedChannel();
    final SslHandler donorTls = donorTls();

    TlsPair() throws IOException {
        this((context, channel) -> context.newHandler(channel.alloc()));
    }

    /** @param recipientTls creates the handler of the recipient */
    TlsPair(BiFunction<SslContext, EmbeddedChannel, SslHandler> recipientTls) throws IOException {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
        SslHandler tls = recipientTls.apply(context, recipient);
        recipient.pipeline().addLast(tls);
        donor = new EmbeddedChannel(donorTls);
        while (!tls.handshakeFuture().isDone() || !donorTls.handshakeFuture().isDone()) {
            exchange();
        }
        exchange();
    }

    private static SslHandler donorTls() throws IOException {
        try (InputStream certificate = TlsPair.class.getResourceAsStream("/tls/server_cert.pem");
                InputStream key = TlsPair.class.getResourceAsStream("/tls/server_key.pem")) {
            return SslContextBuilder.forServer(certificate, key)
                    .sslProvider(SslProvider.JDK)
                    .build()
                    .newHandler(Unpooled.EMPTY_BUFFER.alloc());
        }
    }

    /** Carries what both have sent until none has sent anything. */
    void exchange() {
        boolean sent = true;
        while (sent) {
            ByteBuf toDonor = recipient.readOutbound();
            ByteBuf toRecipient = donor.readOutbound();
            sent = toDonor != null || toRecipient != null;
            if (toDonor != null) {
                donor.writeInbound(toDonor);
            }
            if (toRecipient != null) {
                recipient.writeInbound(toRecipient);
            }
        }
    }

    /** Returns what the donor sends for {@code stream}. */
    byte[] encrypted(byte[] stream) {
        donor.writeOutbound(Unpooled.wrappedBuffer(stream));
        return all(donor.outboundMessages()::poll);
    }

    /** Returns what the donor has received. */
    byte[] receivedByDonor() {
        return all(donor.inboundMessages()::poll);
    }

    private static byte[] all(Supplier<Object> parts) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = (ByteBuf) parts.get(); part != null; part = (ByteBuf) parts.get()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    void receive(byte[] encrypted, int from, int to) {
        recipient.writeInbound(Unpooled.directBuffer(to - from).writeBytes(encrypted, from, to - from));
    }

    void receive(byte[] encrypted, int most) {
        for (int at = 0; at < encrypted.length; at += most) {
            receive(encrypted, at, Math.min(at + most, encrypted.length));
        }
    }

    void release() {
        recipient.finishAndReleaseAll();
        donor.finishAndReleaseAll();
    }
}
