package org.jclone.recipient.sql;

import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.packet.ErrPacket;

/** The donor refused a statement; the connection stays usable. */
public final class SqlException extends Exception {

    private static final long serialVersionUID = 1L;

    /** MySQL's error number. */
    private final int number;

    /** The SQLSTATE. */
    private final String sqlState;

    /** The server's message. */
    private final String text;

    /**
     * Makes an exception of the server's packet.
     *
     * @param error the packet
     */
    public SqlException(ErrPacket error) {
        this(error.errorCode(), error.sqlState(), error.message());
    }

    /**
     * @param number MySQL's error number
     * @param sqlState five characters
     * @param text the donor's message
     */
    public SqlException(int number, String sqlState, String text) {
        super("error " + number + " (" + sqlState + "): " + text);
        this.number = number;
        this.sqlState = sqlState;
        this.text = text;
    }

    /** {@return MySQL's error number} */
    public int number() {
        return number;
    }

    /** {@return the SQLSTATE, five characters} */
    public String sqlState() {
        return sqlState;
    }

    /** Returns the server's message, which can repeat a part of the statement. */
    public String text() {
        return text;
    }

    /** Whether the account lacks a privilege for the statement. */
    public boolean isAccessDenied() {
        return switch (number) {
            case CloneError.ER_DBACCESS_DENIED_ERROR,
                    CloneError.ER_ACCESS_DENIED_ERROR,
                    CloneError.ER_TABLEACCESS_DENIED_ERROR,
                    CloneError.ER_COLUMNACCESS_DENIED_ERROR,
                    CloneError.ER_SPECIFIC_ACCESS_DENIED_ERROR -> true;
            default -> false;
        };
    }
}
