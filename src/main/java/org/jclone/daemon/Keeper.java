package org.jclone.daemon;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.plan.GtidState;
import org.jclone.provision.plan.Situation;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.CloneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins runs without an order, for targets with {@code ensure=replica}: an empty directory is provisioned, a failed
 * run is repeated, and with {@code auto-replace} data that cannot catch up any more is replaced.
 *
 * <p>Three things keep it from doing harm. After a failure the pauses double, from one minute to one hour. A budget
 * limits the runs in 24 hours. A run that an operator stopped is not repeated.
 */
final class Keeper implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Keeper.class);

    static final String BY = "ensure=replica";

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MOST_DOUBLINGS = 10;

    /** What is known of one target. Guarded by itself. */
    private static final class Kept {
        private Instant nextLook = Instant.EPOCH;
        private int failures;
        private int foundBroken;
        private boolean isStopped;
        private boolean isLooking;
        private Optional<String> next = Optional.empty();
        private OptionalLong errant = OptionalLong.empty();
    }

    private final DaemonService daemon;
    private final RunQueue queue;
    private final PastRuns past;
    private final KeptTargets times;
    private final Clock clock;
    private final EventBus events;
    private final Map<String, Kept> targets = new ConcurrentHashMap<>();
    private final ExecutorService threads;

    Keeper(DaemonService daemon, RunQueue queue, PastRuns past, KeptTargets times, Clock clock, EventBus events) {
        this(daemon, queue, past, times, clock, events, Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "daemon-keeper");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** @param threads are shut down with the keeper */
    Keeper(
            DaemonService daemon,
            RunQueue queue,
            PastRuns past,
            KeptTargets times,
            Clock clock,
            EventBus events,
            ExecutorService threads) {
        this.daemon = daemon;
        this.queue = queue;
        this.past = past;
        this.times = times;
        this.clock = clock;
        this.events = events;
        this.threads = threads;
    }

    /** Returns what it will do about a target and when, in words; empty if it does nothing. */
    Optional<String> next(Target target) {
        Kept kept = targets.get(target.name());
        if (!target.upkeep().isEnsured() || kept == null) {
            return Optional.empty();
        }
        synchronized (kept) {
            return kept.next;
        }
    }

    /** Learns how a run ended. */
    void ended(RunStatus run) {
        Kept kept = targets.computeIfAbsent(run.target(), name -> new Kept()); // reads no file under the lock
        synchronized (kept) {
            kept.isStopped = isOperatorsStop(run);
            kept.foundBroken = 0;
            kept.failures = run.state() == State.FAILED ? kept.failures + 1 : 0;
            boolean pauses = run.state() == State.FAILED;
            kept.nextLook = pauses ? clock.instant().plus(pause(kept.failures)) : Instant.EPOCH;
            kept.next = pauses ? Optional.of("looks again at " + kept.nextLook) : Optional.empty();
        }
    }

    static Duration pause(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(MOST_DOUBLINGS, failures - 1));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Asks the history outside the map, whose locks {@link #ended} takes under the lock of the daemon. */
    private Kept kept(String target) {
        Kept known = targets.get(target);
        if (known != null) {
            return known;
        }
        Kept kept = new Kept();
        kept.isStopped = past.last(target).filter(Keeper::isOperatorsStop).isPresent();
        Kept other = targets.putIfAbsent(target, kept); // made when a run ended
        return other == null ? kept : other;
    }

    /**
     * Whether an operator stopped the run. An operator who orders a rollback does not want another run after it either.
     */
    private static boolean isOperatorsStop(RunStatus run) {
        return run.state() == State.SUSPENDED
                || run.state() == State.CANCELLED
                || run.order().action() == RunOrder.Action.ROLL_BACK;
    }

    /** Looks at the targets that are due, on other threads. */
    void look(List<Target> all) {
        for (Target target : all) {
            boolean isFree = !queue.hasRun(target.name())
                    && queue.heldSince(target.directory()).isEmpty();
            if (target.upkeep().isEnsured() && isFree) {
                Kept kept = kept(target.name());
                synchronized (kept) {
                    if (kept.isLooking || clock.instant().isBefore(kept.nextLook)) {
                        continue;
                    }
                    kept.isLooking = true;
                    kept.nextLook = clock.instant().plus(target.upkeep().interval());
                }
                try {
                    threads.execute(() -> look(target, kept));
                } catch (RejectedExecutionException e) {
                    return; // the daemon stops
                } catch (Error e) { // there is no thread; the next tick tries again
                    LOGGER.atError()
                            .setCause(e)
                            .addKeyValue("target", target.name())
                            .log("cannot look at a target");
                    synchronized (kept) {
                        kept.isLooking = false;
                        kept.nextLook = clock.instant();
                    }
                }
            }
        }
    }

    private void look(Target target, Kept kept) {
        try {
            Optional<String> reason = reason(target, kept);
            if (reason.isPresent()) {
                begin(target, kept, reason.get());
            }
        } finally {
            synchronized (kept) {
                kept.isLooking = false;
            }
        }
    }

    /** Returns why the target needs a run; empty if it needs none. */
    private Optional<String> reason(Target target, Kept kept) {
        Optional<ProvisionRecord> record;
        try {
            record = ProvisionRecord.read(target.directory());
        } catch (CloneException e) {
            return nothing(kept, "the record of the directory cannot be read");
        }
        DirectoryState holds = TargetDirectory.state(target, record);
        synchronized (kept) {
            if (kept.isStopped) {
                return nothing(kept, "its last run was stopped or undone by an operator; it waits for an order");
            }
        }
        return switch (holds) {
            case EMPTY -> Optional.of("the directory " + target.directory() + " is empty");
            case UNFINISHED ->
                record.get().isRunning()
                        ? nothing(kept, "another process works on the directory")
                        : Optional.of("a run has not ended: " + record.get().describe());
            case DATA, PROVISIONED ->
                target.upkeep().replacesBroken() ? broken(target, kept) : nothing(kept, "the directory has data");
            case UNREADABLE -> nothing(kept, "the directory cannot be read");
        };
    }

    private static Optional<String> nothing(Kept kept, String why) {
        synchronized (kept) {
            kept.next = Optional.of("nothing: " + why);
        }
        return Optional.empty();
    }

    /** Requires two looks in a row, because one look asks target and source at different times. */
    private Optional<String> broken(Target target, Kept kept) {
        Optional<Decision> decision;
        boolean isBroken;
        try {
            ProvisionPlan plan = TargetAnswers.plan(target);
            plan.situation().ifPresent(found -> tellErrant(target, kept, found));
            decision = plan.problems().isEmpty() ? plan.decision() : Optional.empty();
            isBroken = isBroken(plan);
        } catch (CloneException e) {
            return nothing(kept, "the target cannot be judged: " + e.getMessage());
        }
        synchronized (kept) {
            kept.foundBroken = isBroken ? kept.foundBroken + 1 : 0;
            if (kept.foundBroken < 2) {
                return nothing(kept, isBroken ? "it looks broken, and is asked once more" : "it can catch up");
            }
        }
        return decision.map(found -> "the target cannot catch up any more: " + found.reason());
    }

    /** Publishes how many transactions only the target has, if the number has changed. */
    private void tellErrant(Target target, Kept kept, Situation found) {
        if (!found.isComparable()) {
            return; // without GTIDs, or without an answer of the target and without binary logs
        }
        long errant = found.errant().count();
        synchronized (kept) {
            if (kept.errant.equals(OptionalLong.of(errant))) {
                return;
            }
            kept.errant = OptionalLong.of(errant);
        }
        events.say(
                target.name(),
                target.name() + " has " + errant + " transactions that its source lacks",
                Map.of(EventText.ERRANT_TRANSACTIONS, Long.toString(errant)));
    }

    /** Whether the data can be replaced, and must be. */
    static boolean isBroken(ProvisionPlan plan) {
        return plan.problems().isEmpty()
                && plan.decision()
                        .flatMap(Decision::state)
                        .filter(GtidState.IRRECOVERABLE::equals)
                        .isPresent();
    }

    private void begin(Target target, Kept kept, String reason) {
        Instant now = clock.instant();
        List<Instant> begun = new ArrayList<>(times.read(target.name()));
        begun.removeIf(time -> time.plus(DAY).isBefore(now));
        if (begun.size() >= target.upkeep().budget()) {
            Instant free = begun.get(0).plus(DAY);
            synchronized (kept) {
                kept.nextLook = free;
            }
            nothing(kept, "the budget of " + target.upkeep().budget() + " runs in 24 hours is used up until " + free);
            events.say(
                    target.name(),
                    target.name() + " needs a run (" + reason + "), but the budget of "
                            + target.upkeep().budget() + " runs in 24 hours is used up until " + free);
            return;
        }
        begun.add(now);
        try {
            times.write(target.name(), begun);
            events.say(target.name(), target.name() + " gets a run by itself: " + reason);
            daemon.start(new RunOrder(target.name(), RunOrder.Action.PROVISION, 0, Optional.empty(), BY));
            synchronized (kept) {
                kept.next = Optional.empty();
            }
        } catch (DaemonException e) {
            nothing(kept, String.valueOf(e.getMessage()));
        } catch (CloneException e) {
            nothing(kept, "its budget cannot be recorded: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
