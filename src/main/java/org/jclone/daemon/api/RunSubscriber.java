package org.jclone.daemon.api;

/**
 * Receives events and progress. Calls arrive one at a time, on a thread of the daemon: return soon. A subscriber that
 * is too slow is dropped, and reads what it missed by subscribing again after the last event that it has.
 */
public interface RunSubscriber {

    void onEvent(RunEvent event);

    /** At most every 250 ms for each run. */
    default void onProgress(RunProgress progress) {}

    /** No further call follows: the run is over, the daemon stops, or the subscriber was too slow. */
    default void onClosed(Reason reason) {}

    /** Why a subscription ended without being closed by its owner. */
    enum Reason {
        RUN_OVER,
        DAEMON_STOPS,
        TOO_SLOW
    }
}
