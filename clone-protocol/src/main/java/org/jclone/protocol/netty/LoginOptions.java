package org.jclone.protocol.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jclone.protocol.auth.AuthPolicy;

/**
 * How to log in to a donor.
 *
 * @param user account name
 * @param password gives a copy in UTF-8, which whoever asked for it wipes after use
 * @param authPolicy what may be done to get the password across
 * @param tls makes the TLS handler; empty: never TLS
 * @param tlsRequired whether to fail when the donor does not offer TLS
 * @param secureTransport whether the connection counts as secure even without TLS, as a Unix socket does
 * @param compression from the end of the login on
 * @param connectionAttributes shown in {@code performance_schema.session_connect_attrs}
 */
public record LoginOptions(
        String user,
        Supplier<byte[]> password,
        AuthPolicy authPolicy,
        Optional<Function<Channel, SslHandler>> tls,
        boolean tlsRequired,
        boolean secureTransport,
        CompressionOffer compression,
        Map<String, String> connectionAttributes) {

    public LoginOptions {
        Objects.requireNonNull(user, "user");
        connectionAttributes = Map.copyOf(connectionAttributes);
    }

    /** The same, which fail when the donor does not offer TLS. */
    public LoginOptions requiringTls() {
        return new LoginOptions(
                user, password, authPolicy, tls, true, secureTransport, compression, connectionAttributes);
    }

    /** The same with another compression. */
    public LoginOptions compressedWith(CompressionOffer offer) {
        return new LoginOptions(
                user, password, authPolicy, tls, tlsRequired, secureTransport, offer, connectionAttributes);
    }

    @Override
    public String toString() {
        return "LoginOptions[user=" + user + ", password=REDACTED]";
    }
}
