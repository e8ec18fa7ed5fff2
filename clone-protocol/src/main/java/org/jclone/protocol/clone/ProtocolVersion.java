package org.jclone.protocol.clone;

import java.util.Optional;

/**
 * Versions of the clone protocol. Each version only adds a kind of response to COM_INIT; commands, descriptors and
 * framing are the same in all. The recipient sends the highest version it speaks. The donor answers with the lower of
 * that version and its own.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 4.
 */
public enum ProtocolVersion {
    /** MySQL 8.0.17. */
    V1(0x0100),
    /** Plugins are reported with the name of their library, in COM_RES_PLUGIN_V2. */
    V2(0x0101),
    /** The donor sends more settings, in COM_RES_CONFIG_V3. */
    V3(0x0102),
    /** The donor sends its version and maturity as JSON, in COM_RES_CONFIG_V4. MySQL 9.7. */
    V4(0x0103);

    public static final ProtocolVersion LATEST = V4;

    private final int wireCode;

    ProtocolVersion(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    /** Returns empty for a number that is no known version. A donor may echo any number below its own version. */
    public static Optional<ProtocolVersion> byWireCode(long wireCode) {
        for (ProtocolVersion version : values()) {
            if (version.wireCode == wireCode) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }
}
