package org.jclone.recipient.journal;

/**
 * Tells one start of one server from all others. The ids of clones are counters that begin anew with every start, and a
 * donor checks nothing else: without this a clone could be resumed into the snapshot of somebody else.
 *
 * @param serverUuid {@code @@server_uuid}
 * @param startSeconds when the server was started, in seconds since 1970-01-01 UTC, as the server itself noted it
 */
public record DonorIdentity(String serverUuid, long startSeconds) {

    /** No server is started twice in so little time. */
    private static final long TOLERANCE_SECONDS = 2;

    public boolean isSameAs(DonorIdentity other) {
        return serverUuid.equals(other.serverUuid) && Math.abs(startSeconds - other.startSeconds) <= TOLERANCE_SECONDS;
    }
}
