package org.jclone.recipient.sql;

import org.jclone.protocol.packet.ErrPacket;

/** The donor refused a statement; the connection goes on. */
public final class SqlException extends Exception {

    private static final long serialVersionUID = 1L;

    /** {@code ER_SPECIFIC_ACCESS_DENIED_ERROR}: a privilege is missing, and the text names it. */
    public static final int ER_SPECIFIC_ACCESS_DENIED_ERROR = 1227;

    /** {@code ER_PLUGIN_IS_NOT_LOADED}. */
    public static final int ER_PLUGIN_IS_NOT_LOADED = 1524;

    /** {@code ER_UNKNOWN_SYSTEM_VARIABLE}. */
    public static final int ER_UNKNOWN_SYSTEM_VARIABLE = 1193;

    private final int number;
    private final String sqlState;
    private final String text;

    public SqlException(ErrPacket error) {
        this(error.errorCode(), error.sqlState(), error.message());
    }

    /**
     * @param number MySQL's error number
     * @param sqlState five characters
     * @param text the donor's own words
     */
    public SqlException(int number, String sqlState, String text) {
        super("error " + number + " (" + sqlState + "): " + text);
        this.number = number;
        this.sqlState = sqlState;
        this.text = text;
    }

    public int number() {
        return number;
    }

    public String sqlState() {
        return sqlState;
    }

    public String text() {
        return text;
    }

    /** Whether the account may not see what was asked for. */
    public boolean isAccessDenied() {
        return switch (number) {
            case 1044, 1045, 1142, 1143, ER_SPECIFIC_ACCESS_DENIED_ERROR -> true;
            default -> false;
        };
    }
}
