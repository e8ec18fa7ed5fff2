package org.jclone.recipient.journal;

/**
 * Identifies one start of one server. The ids of clones are counters that restart with the server, and a donor checks
 * nothing else. Without this identity a clone could be resumed into the snapshot of another clone.
 *
 * @param serverUuid {@code @@server_uuid}
 * @param startSeconds when the server started, in seconds since 1970-01-01 UTC, as the server recorded it
 */
public record DonorIdentity(String serverUuid, long startSeconds) {

    /** A server cannot start twice within this time. */
    private static final long TOLERANCE_SECONDS = 2;

    public boolean isSameAs(DonorIdentity other) {
        return serverUuid.equals(other.serverUuid) && Math.abs(startSeconds - other.startSeconds) <= TOLERANCE_SECONDS;
    }
}
