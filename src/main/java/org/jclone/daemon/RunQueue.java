package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The runs that have not ended: those that a thread works on, and those that wait, in the order in which they begin.
 *
 * <p>The monitor of this object is the lock of the daemon. It guards the runs here, {@link CurrentConfiguration},
 * {@link Lifecycle}, the limits announced by {@link Throttling} and the time kept by {@link Ticker}. While the
 * daemon runs, it is never held during a file access, so a slow disk delays no answer. The caller holds it,
 * unless a method takes it by itself. It is notified when a thread leaves a run, and when a run leaves.
 */
final class RunQueue {

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final LongSupplier nanos;
    private final List<LiveRun> runs = new ArrayList<>();

    /** The ids of the runs that have a thread. */
    private final Set<String> working = new HashSet<>();

    /** The directories that have not answered since the daemon was started, and since when. */
    private final Map<Path, Instant> unanswered = new HashMap<>();

    RunQueue(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Holds all runs in a directory back, until it answers. */
    void hold(Path directory, Instant since) {
        unanswered.put(directory, since);
    }

    /** Holds them back no more. */
    void release(Path directory) {
        unanswered.remove(directory);
    }

    /** Returns since when the runs in a directory are held back; empty if they are not. Takes the lock by itself. */
    synchronized Optional<Instant> heldSince(Path directory) {
        return Optional.ofNullable(unanswered.get(directory));
    }

    void add(LiveRun run) {
        runs.add(run);
    }

    void remove(LiveRun run) {
        runs.remove(run);
        notifyAll();
    }

    /**
     * Waits until the target has no run that is over and has still to leave; for five seconds at most. A run is seen as
     * over before its file is deleted, and the caller who sees it may ask for the next one.
     */
    void awaitLeaving(String target) {
        long begin = nanos.getAsLong();
        try {
            while (isLeaving(target) && nanos.getAsLong() - begin < PATIENCE_NANOS) {
                wait(100); // a run is seen as over without a notification
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isLeaving(String target) {
        return ofTarget(target).filter(run -> run.state().isOver()).isPresent();
    }

    /** Records that a thread works on the run from now on. */
    void enter(LiveRun run) {
        working.add(run.id());
    }

    /** Records that the thread of the run is over. */
    void leave(LiveRun run) {
        working.remove(run.id());
    }

    boolean isWorkedOn(LiveRun run) {
        return working.contains(run.id());
    }

    /** Returns how many runs have a thread. */
    int places() {
        return working.size();
    }

    /** Returns how many runs have not ended. */
    int size() {
        return runs.size();
    }

    /** Returns all runs, the earliest order first. */
    List<LiveRun> all() {
        return List.copyOf(runs);
    }

    Optional<LiveRun> find(String id) {
        return runs.stream().filter(run -> run.id().equals(id)).findFirst();
    }

    Optional<LiveRun> ofTarget(String target) {
        return runs.stream().filter(run -> run.target().equals(target)).findFirst();
    }

    Optional<LiveRun> withKey(String key) {
        return runs.stream()
                .filter(run -> run.stored().order().key().filter(key::equals).isPresent())
                .findFirst();
    }

    /** Takes the lock by itself. */
    synchronized boolean hasRun(String target) {
        return ofTarget(target).isPresent();
    }

    /** Returns the runs that have a thread. */
    List<LiveRun> running() {
        return runs.stream().filter(this::isWorkedOn).toList();
    }

    /** Returns the runs that wait: those that have begun already first, then by priority, then by age. */
    List<LiveRun> waiting() {
        return runs.stream()
                .filter(run -> !isWorkedOn(run))
                .sorted(Comparator.<LiveRun, Boolean>comparing(
                                run -> run.stored().processes() == 0)
                        .thenComparing(run -> -run.stored().order().priority())
                        .thenComparing(LiveRun::id))
                .toList();
    }

    /** Returns the place among those that wait, from 1; empty if the run does not wait. */
    OptionalInt place(LiveRun run) {
        int index = waiting().indexOf(run);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }
}
