package org.jclone.daemon.http;

import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.CookieHeaderNames.SameSite;
import io.netty.handler.codec.http.cookie.DefaultCookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.netty.handler.codec.http.cookie.ServerCookieEncoder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The cookie that keeps a browser signed in. Scripts cannot read it, and a browser does not send it with requests from
 * pages of other servers. Its name has the port, because browsers send a cookie to all ports of a host.
 */
public final class SessionCookie {

    private static final String PREFIX = "jclone-session";

    private SessionCookie() {}

    /** Returns the session that a request has. */
    public static Optional<String> of(Request request) {
        return of(request.headers());
    }

    /** @param headers by name in lower case */
    static Optional<String> of(Map<String, String> headers) {
        String name = name(headers);
        return ServerCookieDecoder.STRICT.decode(headers.getOrDefault("cookie", "")).stream()
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .findFirst();
    }

    /** Returns the header {@code Set-Cookie} that begins a session. */
    public static String begin(Request request, String session, Duration lifetime) {
        return encoded(request, session, lifetime.toSeconds());
    }

    /** Returns the header {@code Set-Cookie} that ends a session. */
    public static String end(Request request) {
        return encoded(request, "", 0);
    }

    private static String encoded(Request request, String value, long seconds) {
        DefaultCookie cookie = new DefaultCookie(name(request.headers()), value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(request.isEncrypted());
        cookie.setSameSite(SameSite.Strict);
        cookie.setMaxAge(seconds);
        return ServerCookieEncoder.STRICT.encode(cookie);
    }

    private static String name(Map<String, String> headers) {
        String host = headers.getOrDefault("host", "");
        String port = host.substring(host.lastIndexOf(':') + 1);
        return port.matches("[0-9]{1,5}") ? PREFIX + '-' + port : PREFIX;
    }
}
