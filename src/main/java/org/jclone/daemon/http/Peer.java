package org.jclone.daemon.http;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.OptionalInt;

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

    /** Contains neither the token nor the session. */
    @Override
    public String toString() {
        return "Peer[uid=" + uid + ", certificate=" + certificate.map(X509Certificate::getSubjectX500Principal) + ']';
    }
}
