package org.jclone.recipient.api;

/**
 * Hears of a running clone. Calls come one at a time, on a thread of the engine's own that moves no data; a slow
 * listener delays the next call and nothing else. What it throws is logged and ignored.
 */
public interface CloneListener {

    /** Does nothing. */
    CloneListener NONE = new CloneListener() {};

    default void onEvent(CloneEvent event) {}

    /** Called every 250 ms while the clone runs, and once at its end. */
    default void onProgress(CloneProgress progress) {}
}
