package org.jclone.daemon;

import java.time.Instant;
import java.util.Optional;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.StartedRun;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;

/**
 * Accepts or refuses orders. A target has one run at a time, and repeating an order with the same key begins no other
 * run.
 *
 * <p>One order is decided at a time, under the monitor of this object, from the first look at its key until the run is
 * in the queue. So two equal orders at the same time make one run. The lock of the daemon, the {@link RunQueue}, is
 * taken for moments only, and not while this waits for the history or for a run to leave, or while the file is written.
 * It is taken under the monitor of this object, and never the other way round.
 */
final class Orders {

    private static final int MAX_ACTIVE = 1000;

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Lifecycle lifecycle;
    private final RunAnswers answers;
    private final PastRuns past;
    private final Intake intake;
    private final Workers workers;

    Orders(
            RunQueue queue,
            CurrentConfiguration configuration,
            Lifecycle lifecycle,
            RunAnswers answers,
            PastRuns past,
            Intake intake,
            Workers workers) {
        this.queue = queue;
        this.configuration = configuration;
        this.lifecycle = lifecycle;
        this.answers = answers;
        this.past = past;
        this.intake = intake;
        this.workers = workers;
    }

    synchronized StartedRun start(RunOrder order) throws DaemonException {
        return start(order, Optional.empty());
    }

    synchronized StartedRun retry(String run, Optional<String> key, String by) throws DaemonException {
        RunStatus earlier = answers.run(run).status();
        if (!earlier.state().isOver()) {
            throw Refusal.conflict(Failure.Daemon.ACTIVE, "run " + run + " has not ended", run);
        }
        if (earlier.state() == State.SUCCEEDED) {
            throw Refusal.conflict(
                    Failure.Daemon.OVER, "run " + run + " has succeeded, so there is nothing to repeat", run);
        }
        RunOrder order = earlier.order();
        return start(new RunOrder(order.target(), order.action(), order.priority(), key, by), Optional.of(run));
    }

    private StartedRun start(RunOrder order, Optional<String> retryOf) throws DaemonException {
        Optional<RunStatus> earlier =
                order.key().isPresent() ? byKey(order.key().get()) : Optional.empty();
        if (earlier.isPresent()) {
            return sameOrder(order, retryOf, earlier.get());
        }
        StoredRun stored;
        try {
            stored = intake.write(order, requirePossible(order), retryOf);
        } catch (DaemonException e) {
            throw e;
        } catch (CloneException e) {
            throw new DaemonException(
                    DaemonException.Kind.UNAVAILABLE, e.code(), e.getMessage(), e.hint(), Optional.empty());
        }
        synchronized (queue) { // if the daemon stops now, the run is on disk, and begins with the next one
            LiveRun run = intake.add(stored, "ordered by " + order.by());
            workers.beginNext();
            return new StartedRun(run.status(queue.place(run)), true);
        }
    }

    private Target requirePossible(RunOrder order) throws DaemonException {
        synchronized (queue) {
            queue.awaitLeaving(order.target());
            lifecycle.requireReady();
            Target target = configuration.require(order.target());
            Optional<LiveRun> active = queue.ofTarget(order.target());
            if (active.isPresent()) {
                throw Refusal.conflict(
                        Failure.Daemon.ACTIVE,
                        "the target " + order.target() + " has a run already: "
                                + active.get().id(),
                        active.get().id());
            }
            Optional<Instant> held = queue.heldSince(target.directory());
            if (held.isPresent()) { // it may have an unfinished run
                throw Refusal.unanswered(target, held.get());
            }
            if (queue.size() >= MAX_ACTIVE) {
                throw Refusal.of(
                        DaemonException.Kind.UNAVAILABLE,
                        Failure.Daemon.QUEUE,
                        "the queue has " + MAX_ACTIVE + " runs");
            }
            return target;
        }
    }

    private Optional<RunStatus> byKey(String key) throws DaemonException {
        synchronized (queue) {
            Optional<LiveRun> active = queue.withKey(key);
            if (active.isPresent()) {
                return Optional.of(active.get().status(queue.place(active.get())));
            }
        }
        past.awaitSaved(); // a run may have ended a moment ago
        return past.byKey(key);
    }

    private static StartedRun sameOrder(RunOrder order, Optional<String> retryOf, RunStatus earlier)
            throws DaemonException {
        RunOrder other = earlier.order();
        boolean isSame = other.target().equals(order.target())
                && other.action() == order.action()
                && earlier.retryOf().equals(retryOf);
        if (!isSame) {
            throw Refusal.conflict(
                    Failure.Daemon.KEY,
                    "the key of this order belongs to run " + earlier.id() + " of " + other.target(),
                    earlier.id());
        }
        return new StartedRun(earlier, false);
    }
}
