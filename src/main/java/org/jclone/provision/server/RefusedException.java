package org.jclone.provision.server;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.sql.SqlException;

/** The server refused a statement; the session stays usable. */
public final class RefusedException extends ServerException {

    private static final long serialVersionUID = 1L;

    private static final int ER_PARSE_ERROR = 1064;
    private static final int ER_MUST_CHANGE_PASSWORD = 1820;

    private final String sqlState;
    private final boolean accessDenied;

    RefusedException(DonorAddress server, Statement statement, SqlException refusal) {
        super(
                code(refusal),
                refusal.number(),
                server + " refused " + statement.words() + ": error " + refusal.number() + " (" + refusal.sqlState()
                        + "): " + shown(statement, refusal),
                null); // the cause would show the server's whole text
        this.sqlState = refusal.sqlState();
        this.accessDenied = refusal.isAccessDenied();
    }

    private static CloneErrorCode code(SqlException refusal) {
        if (refusal.isAccessDenied()) {
            return CloneErrorCode.PRIVILEGE_MISSING;
        }
        return refusal.number() == ER_MUST_CHANGE_PASSWORD ? CloneErrorCode.ACCESS_DENIED : CloneErrorCode.DONOR_ERROR;
    }

    /** The server's text for a syntax error repeats the rest of the statement. */
    private static String shown(Statement statement, SqlException refusal) {
        boolean echo = refusal.number() == ER_PARSE_ERROR && statement.hasSecrets();
        return echo || statement.isRevealedBy(refusal.text())
                ? "(the server's text is not shown, it may contain a password)"
                : refusal.text();
    }

    public String sqlState() {
        return sqlState;
    }

    /** Whether the account lacks a privilege for the statement. */
    public boolean isAccessDenied() {
        return accessDenied;
    }

    @Override
    public String hint() {
        return "";
    }
}
