package org.jclone.recipient.api;

/** The donor reported an error with a MySQL error number. */
public final class DonorErrorException extends CloneException {

    private static final long serialVersionUID = 1L;

    private final int donorError;
    private final String sqlState;
    private final String donorText;

    /**
     * @param donorError MySQL's error number
     * @param sqlState five characters, or empty if the protocol carries none
     * @param donorText the donor's message
     */
    public DonorErrorException(
            CloneErrorCode code, String message, String hint, int donorError, String sqlState, String donorText) {
        super(code, message, hint);
        this.donorError = donorError;
        this.sqlState = sqlState;
        this.donorText = donorText;
    }

    public int donorError() {
        return donorError;
    }

    public String sqlState() {
        return sqlState;
    }

    public String donorText() {
        return donorText;
    }
}
