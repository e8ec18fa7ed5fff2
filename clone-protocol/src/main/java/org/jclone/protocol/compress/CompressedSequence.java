package org.jclone.protocol.compress;

/**
 * The sequence ids of the compressed packets of one connection, which both directions share as they do the ids of
 * ordinary packets: an exchange begins at 0, and every compressed packet of either side counts up.
 */
public final class CompressedSequence {

    private int next;

    /** An exchange begins. */
    void begin() {
        next = 0;
    }

    int next() {
        return next;
    }

    /** A compressed packet with this id has passed, in whichever direction. */
    void passed(int sequenceId) {
        next = sequenceId + 1 & 0xff;
    }
}
