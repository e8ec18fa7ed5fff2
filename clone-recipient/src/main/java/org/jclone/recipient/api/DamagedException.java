package org.jclone.recipient.api;

/** The clone is damaged. */
public final class DamagedException extends CloneException {

    private static final long serialVersionUID = 1L;

    /** How many pages are damaged. */
    private final long pages;

    /**
     * @param pages damaged pages that were found until the clone ended, at least 1
     * @param code the kind of failure
     * @param message what happened
     * @param hint what to do
     */
    public DamagedException(CloneErrorCode code, String message, String hint, long pages) {
        super(code, message, hint);
        this.pages = pages;
    }

    /** {@return the number of damaged pages that were found until the clone ended} */
    public long pages() {
        return pages;
    }
}
