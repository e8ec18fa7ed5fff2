package org.jclone.recipient.session;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the listener in order, on a separate thread, so that it can neither delay nor break the clone. */
final class EventPublisher implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventPublisher.class);
    private static final long PROGRESS_INTERVAL_MILLIS = 250;
    private static final long CLOSE_PATIENCE_SECONDS = 5;

    private final CloneListener listener;
    private final Supplier<CloneProgress> progress;
    private volatile String lastTrouble = "";
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "clone-listener");
        daemon.setDaemon(true);
        return daemon;
    });
    private volatile boolean started;

    EventPublisher(CloneListener listener, Supplier<CloneProgress> progress) {
        this.listener = listener;
        this.progress = progress;
    }

    /** Starts the thread and the publishing of the progress. */
    void start() {
        started = true;
        thread.scheduleAtFixedRate(
                this::publishProgress, PROGRESS_INTERVAL_MILLIS, PROGRESS_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Publishes an event. Any thread. */
    void event(CloneEvent event) {
        LOGGER.atDebug().addKeyValue("event", event).log("clone event");
        if (event instanceof CloneEvent.Reconnecting reconnecting) {
            lastTrouble = reconnecting.reason();
        } else if (event instanceof CloneEvent.Warning warning) {
            lastTrouble = warning.text();
        }
        try {
            thread.execute(() -> safely(() -> listener.onEvent(event)));
        } catch (RejectedExecutionException e) {
            LOGGER.atDebug().addKeyValue("event", event).log("event after the end");
        }
    }

    /** Returns the latest warning or the reason of the latest reconnect; empty without any. */
    String lastTrouble() {
        return lastTrouble;
    }

    private void publishProgress() {
        safely(() -> listener.onProgress(progress.get()));
    }

    /** Catches errors too: one that escapes would end the scheduled task without a trace. */
    private static void safely(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOGGER.atWarn().setCause(e).log("the listener failed");
        }
    }

    /** Delivers the remaining events and the last progress. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        if (started) {
            thread.execute(this::publishProgress);
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.atWarn().log("the listener does not return");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
