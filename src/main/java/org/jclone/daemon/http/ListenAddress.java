package org.jclone.daemon.http;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** Where a server waits for connections. */
public sealed interface ListenAddress {

    /** A Unix socket. Who may use it is decided by {@link Access}, from the uid that the kernel reports. */
    record UnixSocket(Path path) implements ListenAddress {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A Unix socket that was opened before, such as by systemd. */
    record Inherited(int descriptor) implements ListenAddress {
        @Override
        public String toString() {
            return "descriptor " + descriptor;
        }
    }

    /** A TCP socket that was opened before. Without TLS its address must be one of the machine itself. */
    record InheritedTcp(int descriptor, Optional<TlsFiles> tls) implements ListenAddress {
        @Override
        public String toString() {
            return "descriptor " + descriptor;
        }
    }

    /** A TCP port. Without TLS only an address of the machine itself is possible. */
    record Tcp(InetSocketAddress address, Optional<TlsFiles> tls) implements ListenAddress {

        public Tcp {
            requireSafe(address, tls);
        }

        @Override
        public String toString() {
            return address.getHostString() + ':' + address.getPort();
        }
    }

    /** @throws IllegalArgumentException if tokens could be read on the network */
    static void requireSafe(InetSocketAddress address, Optional<TlsFiles> tls) {
        if (tls.isEmpty() && (address.isUnresolved() || !address.getAddress().isLoopbackAddress())) {
            throw new IllegalArgumentException("api-listen: " + address.getHostString()
                    + " needs api-tls-cert and api-tls-key: without TLS, tokens could be read on the network");
        }
    }
}
