package org.jclone.donor.api;

import java.util.Objects;

/**
 * Where a donor listens.
 *
 * @param host a name or an address of this machine; default 127.0.0.1
 * @param port 0 for any free port, the default
 */
public record ListenAddress(String host, int port) {

    private static final int MAX_PORT = 0xffff;

    /** A free port of 127.0.0.1. */
    public static final ListenAddress DEFAULT = new ListenAddress("127.0.0.1", 0);

    public ListenAddress {
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ')');
        }
    }

    @Override
    public String toString() {
        return host + ':' + port;
    }
}
