package org.jclone.protocol.netty;

import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.UnexpectedPacketException;

/**
 * The properties of the connection: the donor's greeting combined with our options. A requirement that the donor does
 * not meet is an error.
 *
 * @param capabilities the flags of both sides, with {@code CLIENT_SSL} if TLS follows
 * @param compression used after the login
 */
record Negotiation(Capabilities capabilities, CompressionAlgorithm compression) {

    /** The maximum packet size in the client's packets; informational. */
    static final long MAX_PACKET_SIZE = 64L << 20;

    /** {@code utf8mb4_0900_ai_ci}. */
    static final int CHARACTER_SET = 255;

    private static final Capabilities WANTED = Capabilities.of(
            Capability.CLIENT_LONG_PASSWORD,
            Capability.CLIENT_LONG_FLAG,
            Capability.CLIENT_PROTOCOL_41,
            Capability.CLIENT_TRANSACTIONS,
            Capability.CLIENT_RESERVED2,
            Capability.CLIENT_PLUGIN_AUTH,
            Capability.CLIENT_CONNECT_ATTRS,
            Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
            Capability.CLIENT_DEPRECATE_EOF,
            Capability.MULTI_FACTOR_AUTHENTICATION);

    /** The flags on which the packets of this phase depend. Every server since 5.6 has them. */
    private static final Capabilities NEEDED =
            Capabilities.of(Capability.CLIENT_PROTOCOL_41, Capability.CLIENT_RESERVED2, Capability.CLIENT_PLUGIN_AUTH);

    /**
     * @throws TlsNotOfferedException if TLS is required and not offered
     * @throws CompressionNotOfferedException if none of the allowed algorithms is offered
     */
    static Negotiation of(HandshakeV10 greeting, LoginOptions options) {
        Capabilities offered = greeting.capabilities();
        if (!NEEDED.and(offered).equals(NEEDED)) {
            throw new UnexpectedPacketException("a greeting with " + NEEDED, "a greeting with " + offered);
        }
        boolean offersTls = offered.has(Capability.CLIENT_SSL);
        if (options.tlsRequired() && !offersTls) {
            throw new TlsNotOfferedException();
        }
        CompressionAlgorithm compression = options.compression()
                .choose(offered)
                .orElseThrow(() -> new CompressionNotOfferedException(
                        options.compression().algorithms(), CompressionAlgorithm.offeredBy(offered)));
        Capabilities agreed =
                compression.capability().map(WANTED::with).orElse(WANTED).and(offered);
        boolean tls = options.tls().isPresent() && offersTls;
        return new Negotiation(tls ? agreed.with(Capability.CLIENT_SSL) : agreed, compression);
    }

    /** Returns the request for TLS. The handshake response repeats its fields inside TLS. */
    SslRequest sslRequest() {
        return new SslRequest(capabilities, MAX_PACKET_SIZE, CHARACTER_SET);
    }

    boolean tls() {
        return capabilities.has(Capability.CLIENT_SSL);
    }
}
