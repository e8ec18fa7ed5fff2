package org.jclone.protocol.clone.response;

import java.util.Optional;

/**
 * The first byte of a clone response. MySQL's names have the prefix COM_RES_. Source:
 * docs/protocol/01-wire-protocol.md section 3.1.
 */
public enum CloneResponseCode {
    LOCS(1),
    DATA_DESC(2),
    DATA(3),
    /** Sent only if a protocol version below V2 was negotiated. */
    PLUGIN(4),
    CONFIG(5),
    COLLATION(6),
    /** Since protocol version V2. */
    PLUGIN_V2(7),
    /** Since protocol version V3. */
    CONFIG_V3(8),
    /** Since protocol version V4. */
    CONFIG_V4(9),
    COMPLETE(99),
    ERROR(100);

    private final int wireCode;

    CloneResponseCode(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    public static Optional<CloneResponseCode> byWireCode(int wireCode) {
        for (CloneResponseCode code : values()) {
            if (code.wireCode == wireCode) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
