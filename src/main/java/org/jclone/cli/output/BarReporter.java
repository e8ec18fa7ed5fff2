package org.jclone.cli.output;

import java.util.Optional;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;

/**
 * Shows progress on a terminal: a bar for the running stage, redrawn in place, and a permanent line per completed
 * stage.
 */
public final class BarReporter implements CloneListener {

    /** Used where the width of the terminal is unknown. */
    public static final int DEFAULT_WIDTH = 80;

    private final Screen screen;
    private final int terminalWidth;

    public BarReporter(Screen screen, int terminalWidth) {
        this.screen = screen;
        this.terminalWidth = terminalWidth;
    }

    @Override
    public void onEvent(CloneEvent event) {
        String text = EventText.line(event);
        if (event instanceof CloneEvent.StageCompleted) {
            screen.setStatus("");
        }
        if (!text.isEmpty()) {
            screen.println(text);
        }
    }

    @Override
    public void onProgress(CloneProgress progress) {
        Optional<String> bar = progress.current().map(stage -> ProgressText.bar(progress, stage, terminalWidth));
        screen.setStatus(bar.orElse(""));
    }
}
