package org.jclone.protocol.clone.command;

import java.util.Optional;

/** The first byte of a clone command. Source: docs/protocol/01-wire-protocol.md section 3.1. */
public enum CloneCommandCode {
    COM_INIT(1),
    COM_ATTACH(2),
    COM_REINIT(3),
    COM_EXECUTE(4),
    COM_ACK(5),
    COM_EXIT(6);

    private static final CloneCommandCode[] VALUES = values();

    private final int wireCode;

    CloneCommandCode(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    public static Optional<CloneCommandCode> byWireCode(int wireCode) {
        return wireCode >= 1 && wireCode <= VALUES.length ? Optional.of(VALUES[wireCode - 1]) : Optional.empty();
    }
}
