package org.jclone.protocol.netty;

import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.HandshakeV10;

/**
 * A connection that has passed the connection phase.
 *
 * @param greeting what the donor said of itself
 * @param capabilities what both sides agreed on
 * @param transport {@code clear text}, or TLS version and cipher suite
 */
public record LoggedIn(HandshakeV10 greeting, Capabilities capabilities, String transport) {

    /** How the connection is compressed. */
    public CompressionAlgorithm compression() {
        return CompressionAlgorithm.of(capabilities);
    }
}
