package org.jclone.daemon.api;

/** How a run is stopped. */
public enum CancelMode {
    /** Keeps what the run did; {@link DaemonService#retry} continues it. */
    RESUMABLE,
    /** Releases the donor's snapshot, removes the clone, and puts the old data back. */
    FOR_GOOD
}
