package org.jclone.daemon;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;

/**
 * Finds unfinished runs in the data directories when the daemon is started: runs of the command line, and those whose
 * file is lost. They continue if their process died within a step.
 *
 * <p>The start waits a moment for the directories. While one does not answer, its runs are held back and orders for it
 * are refused, because nobody knows what it holds. Reads and writes files without the lock of the daemon, the {@link
 * RunQueue}.
 */
final class Adoption {

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Lifecycle lifecycle;
    private final DirectoryReader directories;
    private final PastRuns past;
    private final Intake intake;
    private final Workers workers;
    private final EventBus events;

    Adoption(
            RunQueue queue,
            CurrentConfiguration configuration,
            Lifecycle lifecycle,
            DirectoryReader directories,
            PastRuns past,
            Intake intake,
            Workers workers,
            EventBus events) {
        this.queue = queue;
        this.configuration = configuration;
        this.lifecycle = lifecycle;
        this.directories = directories;
        this.past = past;
        this.intake = intake;
        this.workers = workers;
        this.events = events;
    }

    /**
     * A target whose directory did not answer.
     *
     * @param lastEnd of a run, as the history had it at the start: later it also has the end of lost runs
     */
    private record Silent(Target target, Optional<Instant> lastEnd) {}

    /** Puts the unfinished runs into the queue, now or when their directory answers. Called once, without the lock. */
    void adopt() throws CloneException {
        List<Target> targets;
        synchronized (queue) {
            targets = configuration.targets();
        }
        List<Silent> silent = new ArrayList<>();
        long deadline = directories.deadline();
        for (Target target : targets) {
            DirectoryReader.Answer answer = directories.read(target, deadline);
            Optional<Instant> lastEnd = past.last(target.name()).flatMap(RunStatus::endedAt);
            if (answer.unansweredSince().isEmpty()) {
                tellUnreadable(target, answer.facts());
                adopt(target, answer.facts().record(), lastEnd);
            } else {
                hold(target, answer.unansweredSince().get());
                silent.add(new Silent(target, lastEnd));
            }
        }
        silent.forEach(each -> directories.whenAnswered(each.target(), facts -> answered(each, facts)));
    }

    private void hold(Target target, Instant since) {
        synchronized (queue) {
            queue.hold(target.directory(), since);
        }
        events.say(
                target.name(),
                "the file system of " + target.directory() + " does not answer; runs of " + target.name()
                        + " wait until it does");
    }

    private void tellUnreadable(Target target, DirectoryReader.Facts facts) {
        if (facts.state() == DirectoryState.UNREADABLE) {
            events.say(
                    target.name(), target.directory() + " cannot be read; an unfinished run in it waits for an order");
        }
    }

    private void answered(Silent silent, DirectoryReader.Facts facts) {
        Target target = silent.target();
        synchronized (queue) {
            if (lifecycle.state() == DaemonStatus.State.STOPPING) {
                return; // the next process looks again
            }
        }
        events.say(target.name(), "the file system of " + target.directory() + " answers");
        tellUnreadable(target, facts);
        try {
            adopt(target, facts.record(), silent.lastEnd());
        } catch (CloneException e) {
            events.say(
                    target.name(),
                    "the unfinished run in " + target.directory() + " does not continue: " + e.getMessage());
        } finally {
            synchronized (queue) {
                queue.release(target.directory());
                workers.beginNext();
            }
        }
    }

    /** Until the directory is released, nobody else puts a run of the target into the queue. */
    private void adopt(Target target, Optional<ProvisionRecord> record, Optional<Instant> lastEnd)
            throws CloneException {
        boolean isDead = record.filter(found -> !found.isRunning()).isPresent();
        if (!isDead || !isInterrupted(record.get().state()) || hasEnded(record.get(), lastEnd) || !isOpen(target)) {
            return;
        }
        RunOrder order = new RunOrder(target.name(), action(record.get().state()), 0, Optional.empty(), "daemon");
        StoredRun stored = intake.write(order, target, Optional.empty());
        synchronized (queue) {
            intake.add(
                    stored,
                    "an unfinished run was found in " + target.directory() + ": "
                            + record.get().describe());
        }
    }

    /** Whether the target has no run, and still has this directory. */
    private boolean isOpen(Target target) {
        synchronized (queue) {
            return queue.ofTarget(target.name()).isEmpty()
                    && configuration
                            .target(target.name())
                            .filter(now -> now.directory().equals(target.directory()))
                            .isPresent();
        }
    }

    /**
     * Whether the history has the end of the run. The record alone does not tell a run that ended early from one whose
     * process died. Compares milliseconds, because the history keeps no more.
     */
    private static boolean hasEnded(ProvisionRecord record, Optional<Instant> lastEnd) {
        return lastEnd.filter(ended -> ended.plusMillis(1).isAfter(record.written()))
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
