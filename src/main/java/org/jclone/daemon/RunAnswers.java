package org.jclone.daemon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunPage;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.history.HistoryException;
import org.jclone.recipient.explain.Failure;

/**
 * Answers questions about runs and their events, from the runs that have not ended and from the history.
 *
 * <p>Each method takes the lock of the daemon, the {@link RunQueue}, for the runs that have not ended, and releases it
 * before it reads the history.
 */
final class RunAnswers {

    private static final int MAX_EVENTS = 10_000;

    private final RunQueue queue;
    private final PastRuns past;
    private final EventBus events;

    RunAnswers(RunQueue queue, PastRuns past, EventBus events) {
        this.queue = queue;
        this.past = past;
        this.events = events;
    }

    List<RunStatus> active() {
        synchronized (queue) {
            return Stream.concat(queue.running().stream(), queue.waiting().stream())
                    .map(run -> run.status(queue.place(run)))
                    .toList();
        }
    }

    RunPage runs(RunQuery query) throws DaemonException {
        List<RunStatus> found = new ArrayList<>();
        List<RunStatus> live = active();
        live.stream().filter(run -> matches(query, run)).forEach(found::add);
        past.awaitSaved();
        try {
            // An active run may be in the history with an older state, and crowd out others.
            past.runs(query, query.limit() + live.size() + 1).stream()
                    .filter(run -> live.stream().noneMatch(other -> other.id().equals(run.id())))
                    .forEach(found::add);
        } catch (HistoryException e) {
            throw Refusal.of(DaemonException.Kind.UNAVAILABLE, Failure.Daemon.HISTORY, String.valueOf(e.getMessage()));
        }
        found.sort(Comparator.comparing(RunStatus::id).reversed());
        boolean isMore = found.size() > query.limit();
        List<RunStatus> page = found.subList(0, Math.min(query.limit(), found.size()));
        return new RunPage(page, isMore ? Optional.of(page.get(page.size() - 1).id()) : Optional.empty());
    }

    private static boolean matches(RunQuery query, RunStatus run) {
        return query.target().filter(target -> !target.equals(run.target())).isEmpty()
                && (query.states().isEmpty() || query.states().contains(run.state()))
                && query.since()
                        .filter(since -> run.orderedAt().isBefore(since))
                        .isEmpty()
                && query.until()
                        .filter(until -> !run.orderedAt().isBefore(until))
                        .isEmpty()
                && query.before()
                        .filter(before -> run.id().compareTo(before) >= 0)
                        .isEmpty();
    }

    RunDetail run(String id) throws DaemonException {
        Optional<LiveRun> live;
        OptionalInt place = OptionalInt.empty();
        synchronized (queue) {
            live = queue.find(id);
            if (live.isPresent()) {
                place = queue.place(live.get());
            }
        }
        if (live.isPresent()) {
            return live.get().detail(place);
        }
        past.awaitSaved(); // it may have ended a moment ago
        return past.require(id)
                .orElseThrow(
                        () -> Refusal.of(DaemonException.Kind.NOT_FOUND, Failure.Daemon.RUN, "there is no run " + id));
    }

    List<RunEvent> events(String run, long after, int limit) throws DaemonException {
        run(run);
        if (limit < 1 || limit > MAX_EVENTS) {
            throw Refusal.of(
                    DaemonException.Kind.INVALID,
                    Failure.Daemon.VALUE,
                    "limit: " + limit + " (expected: 1 to " + MAX_EVENTS + ')');
        }
        return events.events(Optional.of(run), after, limit);
    }

    Subscription subscribe(Optional<String> run, Optional<Long> after, RunSubscriber subscriber)
            throws DaemonException {
        boolean isOver = run.isPresent() && run(run.get()).status().state().isOver();
        return events.subscribe(run, after, isOver, subscriber);
    }
}
