package org.jclone.daemon.api;

/** How a run is stopped. */
public enum CancelMode {
    /** What it did is kept, and {@link DaemonService#retry} continues it. */
    RESUMABLE,
    /** The donor's snapshot is released, the clone removed, and the old data put back. */
    FOR_GOOD
}
