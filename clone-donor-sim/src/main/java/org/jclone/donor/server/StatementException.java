package org.jclone.donor.server;

import org.jclone.protocol.packet.ErrPacket;

/** The failure of a statement. */
final class StatementException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int ER_NOT_SUPPORTED_YET = 1235;

    private final int errorCode;
    private final String sqlState;

    StatementException(int errorCode, String sqlState, String message) {
        super(message, null, false, false);
        this.errorCode = errorCode;
        this.sqlState = sqlState;
    }

    static StatementException notSupported() {
        return new StatementException(ER_NOT_SUPPORTED_YET, "42000", "this donor runs no such statement");
    }

    ErrPacket packet() {
        return new ErrPacket(errorCode, sqlState, getMessage());
    }
}
