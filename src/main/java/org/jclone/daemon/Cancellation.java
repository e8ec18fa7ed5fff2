package org.jclone.daemon;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.explain.Failure;

/**
 * Stops a run because a caller asks for it. A run without a thread ends at once, unless there is something to undo.
 *
 * <p>Records the request under the lock of the daemon, the {@link RunQueue}, and on disk before it stops the run. A run
 * that ends at once ends under the lock, and leaves the queue after the {@link Keeper} knows that, because the keeper
 * would order another one. Reads, writes and deletes no file under the lock.
 */
final class Cancellation {

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final RunAnswers answers;
    private final RunSaver saver;
    private final Keeper keeper;
    private final DirectoryReader directories;

    Cancellation(
            RunQueue queue,
            CurrentConfiguration configuration,
            RunAnswers answers,
            RunSaver saver,
            Keeper keeper,
            DirectoryReader directories) {
        this.queue = queue;
        this.configuration = configuration;
        this.answers = answers;
        this.saver = saver;
        this.keeper = keeper;
        this.directories = directories;
    }

    /** Takes the lock by itself. */
    RunStatus cancel(String id, CancelMode mode, String by) throws DaemonException {
        LiveRun run = require(id);
        if (mode == CancelMode.FOR_GOOD) {
            requireNotTooLate(run);
        }
        boolean hasBegun;
        boolean ends;
        synchronized (queue) {
            if (run.state().isOver()) { // its thread is about to leave the queue, or has left it
                throw over(id, run.state());
            }
            boolean hasTarget = configuration.target(run.target()).isPresent() || queue.isWorkedOn(run);
            if (!hasTarget && mode == CancelMode.FOR_GOOD && run.stored().processes() > 0) {
                throw Refusal.conflict(
                        Failure.Daemon.GONE,
                        "the target " + run.target() + " is not configured, so the run cannot be undone",
                        id);
            }
            if (hasTarget && isStopped(run, mode)) {
                return run.status(queue.place(run));
            }
            hasBegun = queue.isWorkedOn(run);
            boolean mustUndo = run.stored().processes() > 0 && mode == CancelMode.FOR_GOOD;
            ends = !hasBegun && !mustUndo;
            run.update(stored -> stored.stopping(mode));
            run.publish(
                    RunEvent.Kind.STOPPING,
                    (mode == CancelMode.FOR_GOOD ? "cancelled by " : "stopped by ") + by,
                    Map.of("mode", mode.name(), "by", by));
            if (ends) {
                boolean forGood = mode == CancelMode.FOR_GOOD;
                run.end(forGood ? State.CANCELLED : State.SUSPENDED, Optional.empty(), !forGood);
            }
        }
        if (ends) {
            saver.remove(run);
            synchronized (queue) { // until now nobody can order another run of the target
                keeper.ended(run.status(OptionalInt.empty()));
                queue.remove(run);
            }
        } else {
            saver.changed(run);
        }
        if (hasBegun) {
            run.stop(mode, "stopped by " + by);
        }
        synchronized (queue) {
            return run.status(queue.place(run));
        }
    }

    private LiveRun require(String id) throws DaemonException {
        Optional<LiveRun> found;
        synchronized (queue) {
            found = queue.find(id);
        }
        if (found.isEmpty()) {
            throw over(id, answers.run(id).status().state());
        }
        return found.get();
    }

    private static DaemonException over(String id, State state) {
        return Refusal.conflict(Failure.Daemon.OVER, "run " + id + " has ended: " + state, id);
    }

    /** Whether nothing is left to do: another request would interrupt a rollback, or revoke it. */
    private static boolean isStopped(LiveRun run, CancelMode mode) {
        return run.stored()
                .stop()
                .filter(before -> before == CancelMode.FOR_GOOD || before == mode)
                .isPresent();
    }

    /** Refuses once the new server is in service. */
    private void requireNotTooLate(LiveRun run) throws DaemonException {
        Optional<Target> target;
        synchronized (queue) {
            target = configuration.target(run.target());
        }
        if (target.isEmpty() || run.stored().processes() == 0) {
            return;
        }
        DirectoryReader.Answer answer = directories.read(target.get(), directories.deadline());
        if (answer.unansweredSince().isPresent()) {
            throw Refusal.unanswered(target.get(), answer.unansweredSince().get());
        }
        if (answer.facts().record().filter(record -> isTooLate(record, run)).isPresent()) {
            throw Refusal.conflict(
                    Failure.Daemon.LATE,
                    "run " + run.id() + " hands the new server over, which is not undone",
                    run.id());
        }
    }

    /** The record of an earlier run stays until this one begins its first step. */
    private static boolean isTooLate(ProvisionRecord record, LiveRun run) {
        return record.isHandedOver()
                && (record.state() != ProvisionRecord.State.COMPLETE
                        || run.stored().wrote(record));
    }
}
