package org.jclone.protocol.command;

import java.util.Arrays;
import java.util.Optional;

/**
 * The commands that a clone needs. The code is the first byte of a payload in the command phase.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md appendix B; COM_PING: the manual.
 */
public enum CommandCode {
    COM_QUIT(1),
    COM_QUERY(3),
    COM_PING(14),
    COM_RESET_CONNECTION(31),
    COM_CLONE(32);

    private final int wireCode;

    CommandCode(int wireCode) {
        this.wireCode = wireCode;
    }

    public int wireCode() {
        return wireCode;
    }

    public static Optional<CommandCode> byWireCode(int wireCode) {
        return Arrays.stream(values()).filter(code -> code.wireCode == wireCode).findFirst();
    }
}
