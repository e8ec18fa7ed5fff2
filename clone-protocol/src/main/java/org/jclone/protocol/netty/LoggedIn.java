package org.jclone.protocol.netty;

import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.HandshakeV10;

/**
 * A connection that has completed the connection phase.
 *
 * @param greeting the donor's greeting
 * @param capabilities the negotiated capabilities
 * @param transport {@code clear text}, or TLS version and cipher suite
 */
public record LoggedIn(HandshakeV10 greeting, Capabilities capabilities, String transport) {

    /** Returns how the connection is compressed. */
    public CompressionAlgorithm compression() {
        return CompressionAlgorithm.of(capabilities);
    }
}
