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

/**
 * The header of a request, after all checks that need no body: who calls, and whether the route is theirs. A body is
 * read only after these.
 */
record RequestHead(
        Route route,
        Map<String, String> parameters,
        Map<String, List<String>> query,
        Map<String, String> headers,
        Caller caller,
        boolean expectsContinue) {

    private static final int MAX_PARAMETERS = 32;

    /** Of these, two lines could be understood in two ways. */
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
        Caller admit() throws ProblemException;
    }

    /** Refuses what a proxy could divide into requests in another way. The codec has refused what it cannot divide. */
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

    static RequestHead of(HttpRequest request, Router router, int maxBodyBytes, Admission admission)
            throws ProblemException {
        String target = request.uri();
        int question = target.indexOf('?');
        Router.Match match =
                router.match(request.method().name(), question < 0 ? target : target.substring(0, question));
        Caller caller = caller(match.route(), admission);
        if (!match.route().method().isSafe()) {
            checkOrigin(request.headers());
        }
        long length = HttpUtil.getContentLength(request, 0L);
        if (length > maxBodyBytes) {
            throw tooLarge(maxBodyBytes);
        }
        boolean hasBody = length > 0 || HttpUtil.isTransferEncodingChunked(request);
        if (hasBody && !isJson(request.headers().get(HttpHeaderNames.CONTENT_TYPE, ""))) {
            throw Problem.Kind.MEDIA_TYPE.exception("the body is not application/json");
        }
        boolean expects = request.headers().contains(HttpHeaderNames.EXPECT);
        if (expects && !HttpUtil.is100ContinueExpected(request)) {
            throw Problem.Kind.EXPECTATION.exception("only 100-continue can be expected");
        }
        return new RequestHead(
                match.route(), match.parameters(), query(target), headers(request.headers()), caller, expects);
    }

    static ProblemException tooLarge(int maxBodyBytes) {
        return Problem.Kind.TOO_LARGE.exception("the body is longer than " + maxBodyBytes + " bytes");
    }

    private static Caller caller(Route route, Admission admission) throws ProblemException {
        if (route.role().isEmpty()) {
            return Caller.ANONYMOUS;
        }
        Caller caller = admission.admit();
        if (!caller.role().includes(route.role().get())) {
            throw Problem.Kind.FORBIDDEN.exception(
                    caller.name() + " has only the role " + caller.role().name().toLowerCase(Locale.ROOT));
        }
        return caller;
    }

    /** A browser names the page that makes a change. Pages of other servers may not: it could show a certificate. */
    private static void checkOrigin(HttpHeaders headers) throws ProblemException {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        String host = headers.get(HttpHeaderNames.HOST, "");
        if (origin != null && !origin.equals("https://" + host) && !origin.equals("http://" + host)) {
            throw Problem.Kind.FORBIDDEN.exception(
                    "the request comes from a page of another server", "Use the daemon's own page, or no browser.");
        }
    }

    private static boolean isJson(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT).replace(" ", "");
        return type.equals("application/json") || type.equals("application/json;charset=utf-8");
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

    static Optional<String> bearerToken(HttpHeaders headers) {
        String value = headers.get(HttpHeaderNames.AUTHORIZATION, "");
        return value.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(value.substring(7).strip())
                : Optional.empty();
    }

    Request request(String body) {
        return new Request(parameters, query, headers, body, caller);
    }
}
