package org.jclone.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jclone.daemon.history.History;
import org.jclone.recipient.api.CloneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the changes of a run: to its file, durably, what must survive the process, and everything to the history.
 *
 * <p>The monitor of the {@link RunFiles} guards the files of runs that exist. It is held while a file is
 * flushed, so callers must not hold the lock of the daemon, except for a change that does not reach the file.
 */
final class RunSaver {

    private static final Logger LOGGER = LoggerFactory.getLogger(RunSaver.class);

    /** Less than an order waits for a run to leave. */
    private static final Duration HISTORY_PATIENCE = Duration.ofSeconds(3);

    private final RunFiles files;
    private final History history;
    private final Warnings warnings;

    RunSaver(RunFiles files, History history, Warnings warnings) {
        this.files = files;
        this.history = history;
        this.warnings = warnings;
    }

    /** Writes the file of a new run, which no other thread knows yet. */
    void create(StoredRun run) throws CloneException {
        files.write(run);
    }

    /** Writes what has changed. */
    void changed(LiveRun run) {
        history.save(run.detail(OptionalInt.empty()));
        if (!run.isUnsaved()) {
            return; // the monitor may be held while another file is flushed
        }
        synchronized (files) {
            Optional<StoredRun> unsaved = run.unsaved(); // until it is written, other threads that see it wait here
            try {
                if (unsaved.isPresent()) {
                    files.write(unsaved.get());
                    run.saved(unsaved.get());
                }
            } catch (CloneException e) {
                LOGGER.atError()
                        .addKeyValue("run", run.id())
                        .addKeyValue("reason", e.getMessage())
                        .log("cannot write the file of a run");
            }
        }
    }

    /**
     * Deletes the file of a run that has ended. Waits some seconds for the history to have the end: a run with
     * neither would be found lost.
     */
    void remove(LiveRun run) {
        history.flush(HISTORY_PATIENCE);
        synchronized (files) {
            try {
                files.remove(run.id());
            } catch (CloneException e) {
                warnings.add("cannot delete the file of run " + run.id() + ": " + e.getMessage());
            }
        }
    }
}
