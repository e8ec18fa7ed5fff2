package org.jclone.daemon.http;

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
 */
public record Request(
        Map<String, String> parameters,
        Map<String, List<String>> query,
        Map<String, String> headers,
        String body,
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

    /** Does not contain header lines, because one may hold a token. */
    @Override
    public String toString() {
        return "Request[parameters=" + parameters + ", query=" + query + ", caller=" + caller + ']';
    }
}
