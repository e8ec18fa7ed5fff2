package org.jclone.recipient.api;

/**
 * Receives the events of a running clone. Calls arrive one at a time, on a thread of the engine that transfers no data; a slow listener delays only the next call. Exceptions that it throws are logged and ignored.
 */
public interface CloneListener {

    /** Does nothing. */
    CloneListener NONE = new CloneListener() {};

    /**
     * Receives an event.
     *
     * @param event what happened
     */
    default void onEvent(CloneEvent event) {}

    /**
     * Called every 250 ms while the clone runs, and once at its end.
     *
     * @param progress how far the clone is
     */
    default void onProgress(CloneProgress progress) {}
}
