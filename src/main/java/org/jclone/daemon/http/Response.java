package org.jclone.daemon.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answer to a request. */
public sealed interface Response {

    /**
     * A status with a body.
     *
     * @param body UTF-8
     */
    record Full(int status, String contentType, String body, Map<String, String> headers) implements Response {

        public Full {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }

        public Full with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Full(status, contentType, body, more);
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Server-sent events, until the feed is over or the reader ends the connection. */
    record Events(EventFeed feed) implements Response {}

    static Full of(int status, String contentType, String body) {
        return new Full(status, contentType, body, Map.of());
    }

    static Full json(int status, Object json) {
        return of(status, "application/json", json + "\n");
    }
}
