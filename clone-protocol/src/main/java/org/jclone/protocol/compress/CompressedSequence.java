package org.jclone.protocol.compress;

/**
 * The sequence ids of the compressed packets of one connection. Both directions share them, as they share the ids of
 * ordinary packets: an exchange starts at 0, and every compressed packet of either side increments the id.
 */
public final class CompressedSequence {

    private int next;

    /** Starts an exchange. */
    void begin() {
        next = 0;
    }

    int next() {
        return next;
    }

    /** Records that a compressed packet with this id passed, in either direction. */
    void passed(int sequenceId) {
        next = sequenceId + 1 & 0xff;
    }
}
