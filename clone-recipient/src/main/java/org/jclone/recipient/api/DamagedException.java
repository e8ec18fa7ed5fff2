package org.jclone.recipient.api;

/** The clone is damaged. */
public final class DamagedException extends CloneException {

    private static final long serialVersionUID = 1L;

    private final long pages;

    /** @param pages damaged pages that were found until the clone ended, at least 1 */
    public DamagedException(CloneErrorCode code, String message, String hint, long pages) {
        super(code, message, hint);
        this.pages = pages;
    }

    /** Returns the number of damaged pages that were found until the clone ended. */
    public long pages() {
        return pages;
    }
}
