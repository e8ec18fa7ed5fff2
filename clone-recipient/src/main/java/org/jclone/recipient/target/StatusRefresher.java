package org.jclone.recipient.target;

import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.status.StatusFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the status files up to date, so that another process can see the progress of the clone. */
final class StatusRefresher implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(StatusRefresher.class);
    private static final long INTERVAL_MILLIS = 1000;
    private static final long CLOSE_PATIENCE_SECONDS = 5;

    private final StatusFiles files;
    private final Supplier<CloneProgress> progress;
    private final Supplier<String> lastTrouble;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "clone-status");
        daemon.setDaemon(true);
        return daemon;
    });
    private boolean reported;

    /** @param lastTrouble the latest warning or reconnect; empty if there was none */
    StatusRefresher(StatusFiles files, Supplier<CloneProgress> progress, Supplier<String> lastTrouble, Clock clock) {
        this.files = files;
        this.progress = progress;
        this.lastTrouble = lastTrouble;
        this.clock = clock;
        thread.scheduleWithFixedDelay(this::refresh, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A failure here does not stop the clone. A full disk stops it anyway. */
    private void refresh() {
        try {
            files.writeProgress(progress.get(), clock.instant(), lastTrouble.get());
        } catch (StorageException e) {
            if (!reported) {
                reported = true;
                LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot record the progress");
            }
        } catch (RuntimeException e) {
            LOGGER.atWarn().setCause(e).log("cannot record the progress");
        }
    }

    /** Waits for the current write, but not for a disk that hangs. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.atWarn().log("the progress cannot be written in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
