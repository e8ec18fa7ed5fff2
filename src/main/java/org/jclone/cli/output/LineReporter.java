package org.jclone.cli.output;

import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;

/** Writes to a pipe or a log file: one line per event, and a progress line every few seconds. */
public final class LineReporter implements CloneListener {

    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private final Screen screen;
    private final LongSupplier nanoClock;
    private long lastNanos;

    public LineReporter(Screen screen, LongSupplier nanoClock) {
        this.screen = screen;
        this.nanoClock = nanoClock;
        this.lastNanos = nanoClock.getAsLong();
    }

    @Override
    public void onEvent(CloneEvent event) {
        String text = EventText.line(event);
        if (!text.isEmpty()) {
            screen.println(text);
        }
    }

    @Override
    public void onProgress(CloneProgress progress) {
        long now = nanoClock.getAsLong();
        if (progress.current().isPresent() && now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            screen.println(ProgressText.line(progress, progress.current().get()));
        }
    }
}
