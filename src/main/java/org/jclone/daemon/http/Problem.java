package org.jclone.daemon.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jclone.json.JsonObject;

/**
 * Why a request failed: RFC 9457, with the members {@code code} and {@code hint} of jclone.
 *
 * @param status the HTTP status
 * @param code a name that does not change, such as {@code NOT_FOUND}, or jclone's own, such as {@code ACCESS_DENIED}
 * @param title what happened, in general
 * @param detail what happened, here
 * @param hint what to do
 * @param members more members, such as the run in conflict
 * @param headers header lines of the response, such as {@code Allow}
 */
public record Problem(
        int status,
        String code,
        String title,
        String detail,
        String hint,
        Map<String, String> members,
        Map<String, String> headers) {

    public static final String CONTENT_TYPE = "application/problem+json";

    /** The problems that HTTP itself knows. */
    public enum Kind {
        MALFORMED(400, "The request cannot be understood", "Compare the request with docs/api.md."),
        INVALID(400, "A value is missing, unknown, or out of range", "Compare the request with docs/api.md."),
        NOT_AUTHENTICATED(
                401, "The caller is not known", "Give a token as 'Authorization: Bearer TOKEN', or a certificate."),
        FORBIDDEN(403, "The caller may not do this", "Ask the administrator of this daemon for the role."),
        NOT_FOUND(404, "There is no such thing", "GET /v1/openapi.json lists all paths."),
        METHOD_NOT_ALLOWED(405, "The path has no such method", "The header Allow lists the methods of the path."),
        TIMEOUT(408, "The request was not complete in time", "Send the request without pauses."),
        CONFLICT(409, "The state of the target or of the run forbids it", ""),
        TOO_LARGE(413, "The body of the request is too large", "Compare the request with docs/api.md."),
        URI_TOO_LONG(414, "The request line is too long", "Give fewer parameters."),
        MEDIA_TYPE(415, "The body of the request is not JSON", "Send 'Content-Type: application/json'."),
        EXPECTATION(417, "The expectation cannot be met", "Send no Expect header but 100-continue."),
        HEADERS_TOO_LARGE(431, "The header of the request is too large", "Send fewer or shorter header lines."),
        INTERNAL(500, "A bug in jclone", "Report it, with the daemon's log."),
        STORAGE(500, "The storage of this host is full or fails", ""),
        SERVER(502, "A database server did not answer as expected", ""),
        UNAVAILABLE(503, "The daemon cannot answer now", "Repeat the request later.");

        private final int status;
        private final String title;
        private final String hint;

        Kind(int status, String title, String hint) {
            this.status = status;
            this.title = title;
            this.hint = hint;
        }

        public int status() {
            return status;
        }

        public Problem problem(String detail) {
            return problem(detail, hint);
        }

        public Problem problem(String detail, String hint) {
            Problem problem = new Problem(status, name(), title, detail, hint, Map.of(), Map.of());
            return switch (this) {
                case NOT_AUTHENTICATED -> problem.withHeader("WWW-Authenticate", "Bearer realm=\"jclone\"");
                case UNAVAILABLE -> problem.withHeader("Retry-After", "5");
                default -> problem;
            };
        }

        public ProblemException exception(String detail) {
            return new ProblemException(problem(detail));
        }

        public ProblemException exception(String detail, String hint) {
            return new ProblemException(problem(detail, hint));
        }
    }

    public Problem withMember(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(status, code, title, detail, hint, more, headers);
    }

    public Problem withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Problem(status, code, title, detail, hint, members, more);
    }

    public JsonObject json() {
        JsonObject json = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("code", code)
                .put("hint", hint);
        members.forEach(json::put);
        return json;
    }

    public Response.Full response() {
        return new Response.Full(status, CONTENT_TYPE, json() + "\n", headers);
    }
}
