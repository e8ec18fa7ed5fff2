package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.RunDetail;
import org.jclone.recipient.api.CloneException;

/**
 * Finds the runs of an earlier process by their files, and puts them into the queue. {@link Adoption} finds others.
 *
 * <p>The caller holds the lock of the daemon, the {@link RunQueue}.
 */
final class Resumption {

    private final CurrentConfiguration configuration;
    private final Path stateDirectory;
    private final RunFiles files;
    private final PastRuns past;
    private final Intake intake;
    private final EventBus events;
    private final Warnings warnings;

    Resumption(
            CurrentConfiguration configuration,
            Path stateDirectory,
            RunFiles files,
            PastRuns past,
            Intake intake,
            EventBus events,
            Warnings warnings) {
        this.configuration = configuration;
        this.stateDirectory = stateDirectory;
        this.files = files;
        this.past = past;
        this.intake = intake;
        this.events = events;
        this.warnings = warnings;
    }

    /** Puts them into the queue, and begins none. */
    void resume() throws CloneException {
        List<StoredRun> found;
        try {
            found = files.readAll(text -> {
                warnings.add(text);
                events.say(text);
            });
        } catch (IOException e) {
            throw StateDirectory.unusable(stateDirectory, e);
        }
        for (StoredRun stored : found) {
            Optional<RunDetail> earlier = past.find(stored.id());
            if (earlier.filter(known -> known.status().state().isOver()).isPresent()) {
                files.remove(stored.id()); // the earlier process died between the end of the run and this
                continue;
            }
            LiveRun run = intake.addStored(stored, earlier);
            if (configuration.target(run.target()).isEmpty()) {
                events.say(
                        run.target(),
                        "run " + run.id() + " waits: the target " + run.target() + " is not configured any more");
            }
        }
    }
}
