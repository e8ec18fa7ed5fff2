package org.jclone.daemon;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.history.History;
import org.jclone.daemon.history.HistoryException;
import org.jclone.daemon.history.HistoryReader;
import org.jclone.provision.api.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers events, and passes them to the history and to subscribers. Keeps the latest events in memory, so that a
 * subscriber that reads the history first misses none.
 */
final class EventBus implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventBus.class);

    private static final int RECENT = 10_000;
    private static final int PAGE = 1000;
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_WAITING_WITH_PROGRESS = 100;

    private final Clock clock;
    private final History history;
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final Executor threads;

    /** Guarded by this. */
    private final Deque<RunEvent> recent = new ArrayDeque<>();

    private long last;
    private boolean closed;

    EventBus(Clock clock, History history) {
        this(clock, history, Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "daemon-events");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** @param threads call the subscribers */
    EventBus(Clock clock, History history, Executor threads) {
        this.clock = clock;
        this.history = history;
        this.threads = threads;
    }

    /**
     * Publishes an event. Its number is the time in microseconds, or the next number: so numbers grow even if the
     * history was lost.
     */
    synchronized RunEvent publish(
            Optional<String> run,
            Optional<String> target,
            RunEvent.Kind kind,
            Optional<Step> step,
            String text,
            Map<String, String> details) {
        Instant now = clock.instant();
        last = next(now);
        RunEvent event = new RunEvent(last, now, run, target, kind, step, text, details);
        recent.addLast(event);
        if (recent.size() > RECENT) {
            recent.removeFirst();
        }
        history.append(event);
        LOGGER.atInfo()
                .setMessage("event")
                .addKeyValue("run", run.orElse("-"))
                .addKeyValue("target", target.orElse("-"))
                .addKeyValue("kind", kind)
                .addKeyValue("reason", text)
                .log();
        subscribers.forEach(each -> each.offer(event));
        return event;
    }

    /** Continues the numbers of an earlier process, also if the clock was set back since. */
    synchronized void continueNumbers() {
        try {
            if (history.reader().isPresent()) {
                last = Math.max(last, history.reader().get().lastEvent());
            }
        } catch (HistoryException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot read the number of the last event");
        }
    }

    /** Returns the number of the next event. */
    private long next(Instant now) {
        return Math.max(last + 1, ChronoUnit.MICROS.between(Instant.EPOCH, now));
    }

    /** Publishes an event of the daemon. */
    RunEvent say(String text) {
        return publish(Optional.empty(), Optional.empty(), RunEvent.Kind.DAEMON, Optional.empty(), text, Map.of());
    }

    /** Publishes an event of the daemon about a target. */
    RunEvent say(String target, String text) {
        return say(target, text, Map.of());
    }

    /** Publishes an event of the daemon about a target, with values. */
    RunEvent say(String target, String text, Map<String, String> details) {
        return publish(Optional.empty(), Optional.of(target), RunEvent.Kind.DAEMON, Optional.empty(), text, details);
    }

    void progress(RunProgress progress) {
        subscribers.forEach(each -> each.offer(progress));
    }

    /**
     * The events in memory after a given one, and the number of the oldest in memory, or of the next event if none is.
     */
    private record Memory(List<RunEvent> events, long oldest) {}

    private synchronized Memory memory(Optional<String> run, long after) {
        long oldest =
                recent.isEmpty() ? next(clock.instant()) : recent.getFirst().id();
        return new Memory(
                recent.stream()
                        .filter(event -> event.id() > after && isOf(event, run))
                        .toList(),
                oldest);
    }

    /** Returns events in their order, from history and memory. Reads the history without the lock. */
    List<RunEvent> events(Optional<String> run, long after, int limit) {
        Memory memory = memory(run, after);
        List<RunEvent> events = new ArrayList<>();
        if (after < memory.oldest() - 1) {
            older(run, after, limit)
                    .filter(event -> event.id() < memory.oldest())
                    .forEach(events::add);
        }
        memory.events().stream().limit(Math.max(0, limit - events.size())).forEach(events::add);
        return events;
    }

    private Stream<RunEvent> older(Optional<String> run, long after, int limit) {
        Optional<HistoryReader> reader = history.reader();
        try {
            return reader.isEmpty() ? Stream.empty() : reader.get().events(run, after, limit).stream();
        } catch (HistoryException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot read events");
            return Stream.empty();
        }
    }

    private static boolean isOf(RunEvent event, Optional<String> run) {
        return run.isEmpty() || event.run().equals(run);
    }

    /**
     * Delivers the events that the subscriber missed, then new ones. New events wait in a queue while the history is
     * read, so publishing never waits.
     *
     * @param isOver whether the run is over, so that no further event follows
     */
    Subscription subscribe(Optional<String> run, Optional<Long> after, boolean isOver, RunSubscriber receiver) {
        Subscriber subscriber = new Subscriber(run, receiver);
        long from;
        Memory memory;
        synchronized (this) {
            from = after.orElse(last);
            memory = memory(run, from);
            if (isOver) {
                subscriber.end(RunSubscriber.Reason.RUN_OVER);
            } else if (closed) {
                subscriber.end(RunSubscriber.Reason.DAEMON_STOPS);
            } else {
                subscribers.add(subscriber);
            }
        }
        long next = from;
        List<RunEvent> page =
                next < memory.oldest() - 1 ? older(run, next, PAGE).toList() : List.of();
        while (!page.isEmpty() && page.get(0).id() < memory.oldest()) {
            page.stream().filter(event -> event.id() < memory.oldest()).forEach(subscriber::offerOld);
            next = page.get(page.size() - 1).id();
            page = older(run, next, PAGE).toList();
        }
        memory.events().forEach(subscriber::offerOld);
        subscriber.release();
        return subscriber;
    }

    /** Ends all subscriptions. */
    @Override
    public synchronized void close() {
        closed = true;
        subscribers.forEach(each -> each.end(RunSubscriber.Reason.DAEMON_STOPS));
        // The threads end by themselves. A request that comes now still gets an answer.
    }

    /** The queue of calls for one receiver. One thread at a time makes them. */
    private final class Subscriber implements Subscription {

        private final Optional<String> run;
        private final RunSubscriber receiver;

        /** Guarded by itself, like the fields below. */
        private final Deque<Runnable> waiting = new ArrayDeque<>();

        /** New events, while older ones are collected. */
        private final Deque<Runnable> held = new ArrayDeque<>();

        private boolean holding = true;
        private boolean working;
        private boolean ended;
        private boolean closed;

        Subscriber(Optional<String> run, RunSubscriber receiver) {
            this.run = run;
            this.receiver = receiver;
        }

        void offer(RunEvent event) {
            if (!isOf(event, run)) {
                return;
            }
            add(() -> receiver.onEvent(event), MOST_WAITING);
            if (run.isPresent() && event.kind() == RunEvent.Kind.ENDED) {
                end(RunSubscriber.Reason.RUN_OVER);
            }
        }

        /** Queues an older event. There is no limit: they all come at once, before the receiver can take any. */
        void offerOld(RunEvent event) {
            synchronized (waiting) {
                if (!closed) {
                    waiting.addLast(() -> receiver.onEvent(event));
                    work();
                }
            }
        }

        /** Queues the new events after the older ones. */
        void release() {
            synchronized (waiting) {
                holding = false;
                waiting.addAll(held);
                held.clear();
                work();
            }
        }

        void offer(RunProgress progress) {
            synchronized (waiting) {
                if (waiting.size() > MOST_WAITING_WITH_PROGRESS) {
                    return;
                }
            }
            if (run.isEmpty() || run.get().equals(progress.run())) {
                add(() -> receiver.onProgress(progress), MOST_WAITING);
            }
        }

        private void add(Runnable call, int most) {
            synchronized (waiting) {
                if (ended) {
                    return;
                }
                Deque<Runnable> place = holding ? held : waiting;
                if (place.size() >= most) {
                    place.clear();
                    end(RunSubscriber.Reason.TOO_SLOW);
                    return;
                }
                place.addLast(call);
                work();
            }
        }

        void end(RunSubscriber.Reason reason) {
            subscribers.remove(this);
            synchronized (waiting) {
                if (ended) {
                    return;
                }
                ended = true;
                (holding ? held : waiting).addLast(() -> receiver.onClosed(reason));
                work();
            }
        }

        /** Without a thread, the calls wait for the next one that is queued: the publisher does not fail. */
        private void work() {
            if (!working) {
                working = true;
                try {
                    threads.execute(this::call);
                } catch (Error e) {
                    working = false;
                    LOGGER.atError().setCause(e).log("cannot call a subscriber");
                }
            }
        }

        private void call() {
            while (true) {
                Runnable next;
                synchronized (waiting) {
                    next = waiting.pollFirst();
                    if (next == null) {
                        working = false;
                        return;
                    }
                }
                try {
                    next.run();
                } catch (RuntimeException e) {
                    LOGGER.atWarn().setCause(e).log("a subscriber failed");
                    close();
                }
            }
        }

        @Override
        public void close() {
            subscribers.remove(this);
            synchronized (waiting) {
                closed = true;
                ended = true;
                waiting.clear();
                held.clear();
            }
        }
    }
}
