package org.jclone.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What a connection and a request show about the caller.
 *
 * @param uid the user at the other end of a Unix socket, as the kernel knows it
 * @param certificate the client's certificate, if one was given that the listener's authority issued
 * @param bearerToken the token of the request's {@code Authorization} header
 * @param session the session of a signed-in browser, from its cookie
 */
public record Peer(
        OptionalInt uid,
        Optional<X509Certificate> certificate,
        Optional<String> bearerToken,
        Optional<String> session) {

    static Peer of(Channel channel, HttpHeaders headers, Optional<String> session) {
        return new Peer(uid(channel), certificate(channel), bearerToken(headers), session);
    }

    /** Returns the user at the other end of a Unix socket; empty for TCP, or if the kernel does not report it. */
    static OptionalInt uid(Channel channel) {
        try {
            return channel instanceof EpollDomainSocketChannel unix
                    ? OptionalInt.of(unix.peerCredentials().uid())
                    : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty(); // the peer has left; access needs a uid
        }
    }

    private static Optional<X509Certificate> certificate(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate first
                    ? Optional.of(first)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> bearerToken(HttpHeaders headers) {
        String value = headers.get(HttpHeaderNames.AUTHORIZATION, "");
        return value.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(value.substring(7).strip())
                : Optional.empty();
    }

    /** Contains neither the token nor the session. */
    @Override
    public String toString() {
        return "Peer[uid=" + uid + ", certificate=" + certificate.map(X509Certificate::getSubjectX500Principal) + ']';
    }
}
