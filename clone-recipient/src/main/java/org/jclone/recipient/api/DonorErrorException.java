package org.jclone.recipient.api;

/** The donor reported an error with a MySQL error number. */
public final class DonorErrorException extends CloneException {

    private static final long serialVersionUID = 1L;

    /** The donor's error number. */
    private final int donorError;

    /** The donor's SQLSTATE. */
    private final String sqlState;

    /** The donor's text. */
    private final String donorText;

    /**
     * @param donorError MySQL's error number
     * @param sqlState five characters, or empty if the protocol carries none
     * @param donorText the donor's message
     * @param code the kind of failure
     * @param message what happened
     * @param hint what to do
     */
    public DonorErrorException(
            CloneErrorCode code, String message, String hint, int donorError, String sqlState, String donorText) {
        super(code, message, hint);
        this.donorError = donorError;
        this.sqlState = sqlState;
        this.donorText = donorText;
    }

    /** {@return the donor's error number} */
    public int donorError() {
        return donorError;
    }

    /** {@return the donor's SQLSTATE} */
    public String sqlState() {
        return sqlState;
    }

    /** {@return the donor's text} */
    public String donorText() {
        return donorText;
    }
}
