package org.jclone.cli.output;

import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;

/** Shows no progress, only warnings and the decisions of AUTO compression. */
public final class WarningReporter implements CloneListener {

    private final Screen screen;

    public WarningReporter(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void onEvent(CloneEvent event) {
        if (event instanceof CloneEvent.Warning
                || event instanceof CloneEvent.CompressionDecided
                || event instanceof CloneEvent.CompressionChosen) {
            screen.println(EventText.line(event));
        }
    }
}
