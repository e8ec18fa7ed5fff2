package org.jclone.recipient.api;

/** Controls a clone while it runs. All methods can be called from any thread, before and after the clone, too. */
public interface CloneControl {

    /**
     * Stops the clone but leaves the donor's snapshot, so that a later request, with {@link ResumeMode#REQUIRED} or
     * {@link ResumeMode#AUTO}, can resume it. The call that runs the clone then throws.
     *
     * @param reason for messages
     */
    void suspend(String reason);

    /**
     * Stops the clone and releases the donor's snapshot, even after {@link #suspend}. The call that runs it then
     * throws.
     *
     * @param reason for messages
     */
    void abort(String reason);

    /**
     * Changes the limits of the running clone and, where attempts follow one another, of the next ones.
     *
     * @param limits the new ones
     */
    void setBandwidthLimits(BandwidthLimits limits);
}
