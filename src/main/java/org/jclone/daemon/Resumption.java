package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;

/**
 * Finds the runs of an earlier process, by their files and by the records in the data directories, and puts them into
 * the queue.
 *
 * <p>The caller holds the lock of the daemon, the {@link RunQueue}.
 */
final class Resumption {

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Path stateDirectory;
    private final RunFiles files;
    private final PastRuns past;
    private final Intake intake;
    private final EventBus events;
    private final Warnings warnings;

    Resumption(
            RunQueue queue,
            CurrentConfiguration configuration,
            Path stateDirectory,
            RunFiles files,
            PastRuns past,
            Intake intake,
            EventBus events,
            Warnings warnings) {
        this.queue = queue;
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
        readRuns();
        adoptRecords();
    }

    private void readRuns() throws CloneException {
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

    /** A run of the command line, or one whose file is lost, continues if its process died within a step. */
    private void adoptRecords() throws CloneException {
        for (Target target : configuration.targets()) {
            if (queue.ofTarget(target.name()).isPresent()) {
                continue;
            }
            Optional<ProvisionRecord> record = TargetDirectory.record(target);
            boolean isDead = record.filter(found -> !found.isRunning()).isPresent();
            if (isDead && isInterrupted(record.get().state()) && !hasEnded(target, record.get())) {
                RunOrder order =
                        new RunOrder(target.name(), action(record.get().state()), 0, Optional.empty(), "daemon");
                intake.add(
                        intake.write(order, target, Optional.empty()),
                        "an unfinished run was found in " + target.directory() + ": "
                                + record.get().describe());
            }
        }
    }

    /**
     * Whether the history has the end of the run. The record alone does not tell a run that ended early from one whose
     * process died. Compares milliseconds, because the history keeps no more.
     */
    private boolean hasEnded(Target target, ProvisionRecord record) {
        return past.last(target.name())
                .flatMap(RunStatus::endedAt)
                .filter(ended -> ended.plusMillis(1).isAfter(record.written()))
                .isPresent();
    }

    /** Returns what to do next: a rollback remains a rollback. */
    private static RunOrder.Action action(ProvisionRecord.State recorded) {
        return recorded == ProvisionRecord.State.ROLLING_BACK ? RunOrder.Action.ROLL_BACK : RunOrder.Action.PROVISION;
    }

    private static boolean isInterrupted(ProvisionRecord.State recorded) {
        return recorded == ProvisionRecord.State.BEGUN
                || recorded == ProvisionRecord.State.DONE
                || recorded == ProvisionRecord.State.ROLLING_BACK;
    }
}
