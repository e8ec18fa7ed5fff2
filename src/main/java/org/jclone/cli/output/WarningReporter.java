package org.jclone.cli.output;

import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;

/** For those who want no progress: warnings, and what AUTO decides about compression. */
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
