package org.jclone.provision.api;

/** The steps of a provisioning run, in their order. Each is recorded on disk before it begins and after it ends. */
public enum Step {
    /** Asks everything that can be asked beforehand: donor, source, replication account, target. */
    PREPARE,
    /** Ends the choice of the donor, which PREPARE has made. */
    CHOOSE_DONOR,
    /** Copies the donor beside the old data. */
    CLONE,
    /** Stops the old server. */
    STOP,
    /** Exchanges old data and clone; from here on the fence holds. */
    EXCHANGE,
    /** Starts a server that only this run can reach. */
    FIRST_START,
    /** Sets up the channel, and disables what only the donor may do. */
    CONFIGURE,
    /** Replicates in private. */
    CATCH_UP,
    /** Stops the private server, removes the fence, and starts the real server. */
    HAND_OVER,
    /** Asks the real server and its source. */
    VERIFY;

    /** {@return the name for people: {@code FIRST START}} */
    public String displayName() {
        return name().replace('_', ' ');
    }

    /** {@return whether the old data is still in its place, untouched} */
    public boolean isBeforeExchange() {
        return compareTo(EXCHANGE) < 0;
    }
}
