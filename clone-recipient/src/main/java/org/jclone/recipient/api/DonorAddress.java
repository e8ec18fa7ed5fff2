package org.jclone.recipient.api;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address on which the donor listens.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets; or the name of a service, such as
 *     {@code _mysql._tcp.example.com}, whose servers are in the DNS
 * @param port 1 to 65535
 * @param socket the Unix socket on this machine to connect to instead
 */
public record DonorAddress(String host, int port, Optional<Path> socket) {

    /** MySQL's port. */
    public static final int DEFAULT_PORT = 3306;

    private static final Pattern SERVICE = Pattern.compile("_[A-Za-z0-9-]+\\._tcp\\.[A-Za-z0-9._-]+");

    /** Longest path on Linux in bytes: {@code sizeof(sun_path)} without the terminating zero. */
    private static final int MAX_SOCKET_LENGTH = 107;

    public DonorAddress {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(socket, "socket");
        if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("donor host: \"" + host + "\" (expected: a name or an address)");
        }
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("donor port: " + port + " (expected: 1 to 65535)");
        }
        if (SERVICE.matcher(host).matches() && port != DEFAULT_PORT) {
            throw new IllegalArgumentException("donor address: " + host + " is a service, whose ports are in the DNS");
        }
    }

    /** As a record's own, which the JVM would have to compile at the start of a short clone. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DonorAddress address
                && port == address.port
                && host.equals(address.host)
                && socket.equals(address.socket);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * host.hashCode() + port) + socket.hashCode();
    }

    /**
     * Makes the address of a server that listens on a TCP port.
     *
     * @param host a name or an address
     * @param port the port
     */
    public DonorAddress(String host, int port) {
        this(host, port, Optional.empty());
    }

    /**
     * {@return the address of a donor on this machine}
     *
     * @param socket the path of its Unix socket
     */
    public static DonorAddress ofSocket(Path socket) {
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_SOCKET_LENGTH) {
            throw new IllegalArgumentException("socket: a path of " + length + " bytes (expected: 1 to "
                    + MAX_SOCKET_LENGTH + "); a symbolic link makes it shorter");
        }
        return new DonorAddress("localhost", DEFAULT_PORT, Optional.of(socket));
    }

    /**
     * Parses {@code host}, {@code host:port}, {@code [v6]}, {@code [v6]:port} or a bare IPv6 address.
     *
     * @param text the address
     * @return the address
     * @throws IllegalArgumentException if it is none of these
     */
    public static DonorAddress parse(String text) {
        String trimmed = text.strip();
        if (trimmed.startsWith("[")) {
            int close = trimmed.indexOf(']');
            if (close < 0) {
                throw new IllegalArgumentException("donor address: \"" + text + "\" (expected: ] after the address)");
            }
            String rest = trimmed.substring(close + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                throw new IllegalArgumentException("donor address: \"" + text + "\" (expected: [address]:port)");
            }
            return new DonorAddress(
                    trimmed.substring(1, close), rest.isEmpty() ? DEFAULT_PORT : parsePort(text, rest.substring(1)));
        }
        int colon = trimmed.indexOf(':');
        if (colon < 0 || colon != trimmed.lastIndexOf(':')) {
            return new DonorAddress(trimmed, DEFAULT_PORT);
        }
        return new DonorAddress(trimmed.substring(0, colon), parsePort(text, trimmed.substring(colon + 1)));
    }

    /** {@return whether the host is the name of a service with SRV records, {@code _SERVICE._tcp.DOMAIN}, not of a server} */
    public boolean isService() {
        return socket.isEmpty() && SERVICE.matcher(host).matches();
    }

    /** {@return whether the address is local, judged by its text only: no name is resolved} */
    public boolean isLoopback() {
        return host.equalsIgnoreCase("localhost") || host.matches("127\\.\\d+\\.\\d+\\.\\d+") || host.equals("::1");
    }

    private static int parsePort(String text, String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("donor address: \"" + text + "\" (expected: a number as port)", e);
        }
    }

    /** Returns {@code host:port}, with brackets around an IPv6 address, the path of the socket, or the service. */
    @Override
    public String toString() {
        if (socket.isPresent()) {
            return socket.get().toString();
        }
        if (isService()) {
            return host;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ':' + port;
    }
}
