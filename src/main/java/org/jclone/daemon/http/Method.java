package org.jclone.daemon.http;

import java.util.Optional;

/** The methods that routes have. {@code HEAD} is answered as {@code GET} without the body. */
public enum Method {
    GET,
    POST,
    PATCH;

    /** Whether a request with this method changes nothing. */
    public boolean isSafe() {
        return this == GET;
    }

    static Optional<Method> of(String name) {
        return switch (name) {
            case "GET", "HEAD" -> Optional.of(GET);
            case "POST" -> Optional.of(POST);
            case "PATCH" -> Optional.of(PATCH);
            default -> Optional.empty();
        };
    }
}
