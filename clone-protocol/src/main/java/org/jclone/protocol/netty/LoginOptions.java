package org.jclone.protocol.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jclone.protocol.auth.AuthPolicy;

/**
 * The options of a login to a donor.
 *
 * @param user account name
 * @param passwords one for each authentication factor of the account, 1 to 3; each returns a copy in UTF-8, which the caller
 *     wipes after use
 * @param authPolicy the ways in which the password may be sent
 * @param tls creates the TLS handler; empty: never TLS
 * @param tlsRequired whether to fail when the donor does not offer TLS
 * @param secureTransport whether the connection is secure even without TLS, as a Unix socket is
 * @param compression used after the login
 * @param connectionAttributes shown in {@code performance_schema.session_connect_attrs}
 */
public record LoginOptions(
        String user,
        List<Supplier<byte[]>> passwords,
        AuthPolicy authPolicy,
        Optional<Function<Channel, SslHandler>> tls,
        boolean tlsRequired,
        boolean secureTransport,
        CompressionOffer compression,
        Map<String, String> connectionAttributes) {

    public LoginOptions {
        Objects.requireNonNull(user, "user");
        passwords = List.copyOf(passwords);
        if (passwords.isEmpty()) {
            throw new IllegalArgumentException("no password");
        }
        connectionAttributes = Map.copyOf(connectionAttributes);
    }

    /** Returns the options, changed to fail when the donor does not offer TLS. */
    public LoginOptions requiringTls() {
        return new LoginOptions(
                user, passwords, authPolicy, tls, true, secureTransport, compression, connectionAttributes);
    }

    /** Returns the options with another compression. */
    public LoginOptions compressedWith(CompressionOffer offer) {
        return new LoginOptions(
                user, passwords, authPolicy, tls, tlsRequired, secureTransport, offer, connectionAttributes);
    }

    @Override
    public String toString() {
        return "LoginOptions[user=" + user + ", passwords=REDACTED]";
    }
}
