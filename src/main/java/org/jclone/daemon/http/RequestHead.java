package org.jclone.daemon.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jclone.protocol.text.Printable;

/**
 * The header of a request, after all checks that need no body: who calls, and whether the caller may use the route. A
 * body is read only after these.
 */
record RequestHead(
        Route route,
        Map<String, String> parameters,
        Map<String, List<String>> query,
        Map<String, String> headers,
        String path,
        Caller caller,
        boolean expectsContinue) {

    static final int MAX_PARAMETERS = 32;

    /** An IPv4 address, or an IPv6 address in brackets. */
    private static final Pattern ADDRESS = Pattern.compile("([0-9.]+|\\[[0-9A-Fa-f:.]+])(:[0-9]*)?");

    /** Headers that must not be repeated, because two lines could be understood in two ways. */
    private static final List<CharSequence> ONCE = List.of(
            HttpHeaderNames.HOST,
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.EXPECT,
            HttpHeaderNames.ORIGIN,
            "idempotency-key",
            "last-event-id");

    /** Finds out who calls. */
    @FunctionalInterface
    interface Admission {
        Caller admit(Optional<String> session) throws ProblemException;
    }

    /** Refuses a request that a proxy could frame in another way. The codec has refused what it cannot frame. */
    static void checkFraming(HttpRequest request) throws ProblemException {
        HttpHeaders headers = request.headers();
        for (CharSequence name : ONCE) {
            if (headers.getAll(name).size() > 1) {
                throw Problem.Kind.MALFORMED.exception("the header " + name + " is there twice");
            }
        }
        boolean is11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!is11 && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw Problem.Kind.MALFORMED.exception("HTTP/1.1 is expected");
        }
        if (is11 && !headers.contains(HttpHeaderNames.HOST)) {
            throw Problem.Kind.MALFORMED.exception("the header Host is missing");
        }
        String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            throw Problem.Kind.MALFORMED.exception("Transfer-Encoding can only be chunked");
        }
        if (!request.uri().startsWith("/")) {
            throw Problem.Kind.MALFORMED.exception("a path that begins with / is expected");
        }
    }

    /**
     * Refuses a request over a Unix socket for a host with a domain. It comes from a browser, through a forwarded port,
     * and from a page whose server has given its own name the address of this machine.
     */
    static void checkLocalHost(HttpHeaders headers) throws ProblemException {
        String host = headers.get(HttpHeaderNames.HOST, "");
        if (host.indexOf('.') >= 0 && !ADDRESS.matcher(host).matches()) {
            throw Problem.Kind.FORBIDDEN.exception(
                    "the request is for the host " + Printable.of(host),
                    "Use localhost, or an address of this machine.");
        }
    }

    static RequestHead of(HttpRequest request, Router router, int maxBodyBytes, Admission admission)
            throws ProblemException {
        String target = request.uri();
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Router.Match match = router.match(request.method().name(), path);
        try {
            return of(request, match, path, maxBodyBytes, admission);
        } catch (ProblemException e) {
            throw e.told(match.route().refusal(), path);
        }
    }

    private static RequestHead of(
            HttpRequest request, Router.Match match, String path, int maxBodyBytes, Admission admission)
            throws ProblemException {
        Map<String, String> headers = headers(request.headers());
        Caller caller = caller(match.route(), SessionCookie.of(headers), admission);
        if (!match.route().method().isSafe()) {
            checkOrigin(headers);
        }
        long length = HttpUtil.getContentLength(request, 0L);
        if (length > maxBodyBytes) {
            throw tooLarge(maxBodyBytes);
        }
        boolean hasBody = length > 0 || HttpUtil.isTransferEncodingChunked(request);
        checkMediaType(match.route(), hasBody, headers.getOrDefault("content-type", ""));
        boolean expects = request.headers().contains(HttpHeaderNames.EXPECT);
        if (expects && !HttpUtil.is100ContinueExpected(request)) {
            throw Problem.Kind.EXPECTATION.exception("only 100-continue can be expected");
        }
        return new RequestHead(match.route(), match.parameters(), query(request.uri()), headers, path, caller, expects);
    }

    static ProblemException tooLarge(int maxBodyBytes) {
        return Problem.Kind.TOO_LARGE.exception("the body is longer than " + maxBodyBytes + " bytes");
    }

    private static Caller caller(Route route, Optional<String> session, Admission admission) throws ProblemException {
        if (route.role().isEmpty()) {
            return Caller.ANONYMOUS;
        }
        Caller caller = admission.admit(session);
        if (!caller.role().includes(route.role().get())) {
            throw Problem.Kind.FORBIDDEN.exception(
                    caller.name() + " has only the role " + caller.role().name().toLowerCase(Locale.ROOT));
        }
        return caller;
    }

    /**
     * A browser says which page makes a change. Pages of other servers may not: the browser could show a certificate or
     * a session. One that has a session and does not say it is refused, too.
     */
    private static void checkOrigin(Map<String, String> headers) throws ProblemException {
        String host = headers.getOrDefault("host", "");
        String origin = headers.getOrDefault("origin", "");
        boolean isOwn = origin.equals("https://" + host)
                || origin.equals("http://" + host)
                || headers.getOrDefault("sec-fetch-site", "").equals("same-origin");
        boolean isBrowser = headers.containsKey("origin") || headers.containsKey("cookie");
        if (isBrowser && !isOwn) {
            throw Problem.Kind.FORBIDDEN.exception(
                    "the request comes from a page of another server", "Use the daemon's own page, or no browser.");
        }
    }

    private static void checkMediaType(Route route, boolean hasBody, String contentType) throws ProblemException {
        String expected = route.takesForm() ? "application/x-www-form-urlencoded" : "application/json";
        String type = contentType.toLowerCase(Locale.ROOT).replace(" ", "");
        if (hasBody && !type.equals(expected) && !type.equals(expected + ";charset=utf-8")) {
            throw Problem.Kind.MEDIA_TYPE.exception("the body is not " + expected);
        }
    }

    private static Map<String, List<String>> query(String target) throws ProblemException {
        try {
            return QueryStringDecoder.builder()
                    .charset(StandardCharsets.UTF_8)
                    .maxParams(MAX_PARAMETERS)
                    .semicolonIsNormalChar(true)
                    .build(target)
                    .parameters();
        } catch (IllegalArgumentException e) {
            throw Problem.Kind.MALFORMED.exception("the query has a % without two hexadecimal digits");
        }
    }

    private static Map<String, String> headers(HttpHeaders headers) {
        Map<String, String> all = new HashMap<>();
        headers.forEach(line -> all.putIfAbsent(line.getKey().toLowerCase(Locale.ROOT), line.getValue()));
        return all;
    }

    Request request(String body, boolean isEncrypted) {
        return new Request(parameters, query, headers, body, isEncrypted, caller);
    }

    /** Returns the problem as the route presents it. */
    Response.Full refusal(Problem problem) {
        return route.refusal().tell(problem, path);
    }
}
