package org.jclone.recipient.target;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.status.StatusFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status files up to date: once a second while the clone runs, so that another process can see its progress,
 * and then how it ended. The last record is never overwritten by progress.
 */
final class StatusKeeper implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(StatusKeeper.class);
    private static final long INTERVAL_MILLIS = 1000;
    private static final long CLOSE_PATIENCE_SECONDS = 5;

    private final StatusFiles files;
    private final ProgressTracker progress;
    private final Clock clock;
    private Optional<ScheduledExecutorService> thread = Optional.empty();
    private boolean reported;

    StatusKeeper(StatusFiles files, ProgressTracker progress, Clock clock) {
        this.files = files;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Begins to record the progress. Call it once.
     *
     * @param lastTrouble the latest warning or reconnect; empty if there was none
     */
    void show(Supplier<String> lastTrouble) {
        ScheduledExecutorService refresher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "clone-status");
            daemon.setDaemon(true);
            return daemon;
        });
        refresher.scheduleWithFixedDelay(() -> refresh(lastTrouble), 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        thread = Optional.of(refresher);
    }

    /** A failure here does not stop the clone. A full disk stops it anyway. */
    private void refresh(Supplier<String> lastTrouble) {
        try {
            files.writeProgress(progress.snapshot(), clock.instant(), lastTrouble.get());
        } catch (StorageException e) {
            if (!reported) {
                reported = true;
                LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot record the progress");
            }
        } catch (RuntimeException e) {
            LOGGER.atWarn().setCause(e).log("cannot record the progress");
        }
    }

    /** Records that the clone is complete, and removes its mark. */
    void complete() throws StorageException {
        close();
        files.complete(progress.stages(), clock.instant());
    }

    /** Records the failure, with the error number of MySQL that fits it. */
    void fail(CloneException failure) throws StorageException {
        close();
        int number = CloneError.ER_CLONE_DONOR;
        if (failure instanceof DonorErrorException refused) {
            number = refused.donorError();
        } else if (failure instanceof StorageException) {
            number = CloneError.ER_ERROR_ON_WRITE;
        }
        files.fail(progress.stages(), clock.instant(), number, failure.getMessage());
    }

    /**
     * Stops recording the progress. Waits for the current write, on an interrupted thread too, because the caller may
     * delete next what it creates. Does not wait for a disk that hangs.
     */
    @Override
    public void close() {
        thread.ifPresent(StatusKeeper::end);
        thread = Optional.empty();
    }

    private static void end(ScheduledExecutorService refresher) {
        refresher.shutdown();
        try {
            if (!refresher.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.atWarn().log("the progress cannot be written in time");
            }
        } catch (InterruptedException e) {
            end(refresher);
            Thread.currentThread().interrupt();
        }
    }
}
