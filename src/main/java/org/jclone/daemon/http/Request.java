package org.jclone.daemon.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that is complete, and whose caller may make it.
 *
 * @param parameters of the path, by their names in the route's template
 * @param query of the URI; a name can be there several times
 * @param headers by name in lower case; of several with one name, the first
 * @param body empty if there is none
 * @param isEncrypted whether it came over TLS
 */
public record Request(
        Map<String, String> parameters,
        Map<String, List<String>> query,
        Map<String, String> headers,
        String body,
        boolean isEncrypted,
        Caller caller) {

    public Request {
        parameters = Map.copyOf(parameters);
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    public String parameter(String name) {
        return parameters.get(name);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Returns the fields of the form that the body is. */
    public Map<String, List<String>> form() throws ProblemException {
        try {
            return QueryStringDecoder.builder()
                    .charset(StandardCharsets.UTF_8)
                    .hasPath(false)
                    .maxParams(RequestHead.MAX_PARAMETERS)
                    .semicolonIsNormalChar(true)
                    .build(body)
                    .parameters();
        } catch (IllegalArgumentException e) {
            throw Problem.Kind.MALFORMED.exception("the form has a % without two hexadecimal digits");
        }
    }

    /** Does not contain header lines, because one may hold a token. */
    @Override
    public String toString() {
        return "Request[parameters=" + parameters + ", query=" + query + ", caller=" + caller + ']';
    }
}
