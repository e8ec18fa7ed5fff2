package org.jclone.cli.output;

import java.util.List;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;

/** Combines several listeners into one, called in order. */
public final class Reporters implements CloneListener {

    private final List<CloneListener> listeners;

    public Reporters(List<CloneListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void onEvent(CloneEvent event) {
        listeners.forEach(listener -> listener.onEvent(event));
    }

    @Override
    public void onProgress(CloneProgress progress) {
        listeners.forEach(listener -> listener.onProgress(progress));
    }
}
