package org.jclone.daemon;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.history.History;
import org.jclone.daemon.systemd.ServiceManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does every second what is due: applies the limits of the schedule, begins runs that had no thread, looks after
 * targets, deletes old history, and answers the service manager.
 *
 * <p>The lock of the daemon, the {@link RunQueue}, guards the time when old history was last deleted. Each step that
 * needs the lock takes it; a tick does not hold it.
 */
final class Ticker {

    private static final Logger LOGGER = LoggerFactory.getLogger(Ticker.class);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(6);

    private final DaemonService daemon;
    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Lifecycle lifecycle;
    private final Throttling throttling;
    private final Workers workers;
    private final Keeper keeper;
    private final History history;
    private final ServiceManager manager;
    private final Heartbeat heartbeat;
    private final Clock clock;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "daemon-ticker");
        thread.setDaemon(true);
        return thread;
    });

    /** Guarded by the queue. */
    private Instant forgotAt = Instant.EPOCH;

    Ticker(
            DaemonService daemon,
            RunQueue queue,
            CurrentConfiguration configuration,
            Lifecycle lifecycle,
            Throttling throttling,
            Workers workers,
            Keeper keeper,
            History history,
            ServiceManager manager,
            Heartbeat heartbeat,
            Clock clock) {
        this.daemon = daemon;
        this.queue = queue;
        this.configuration = configuration;
        this.lifecycle = lifecycle;
        this.throttling = throttling;
        this.workers = workers;
        this.keeper = keeper;
        this.history = history;
        this.manager = manager;
        this.heartbeat = heartbeat;
        this.clock = clock;
    }

    /** Begins to tick, a second from now. */
    void start() {
        ticks.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends ticking. Does not wait for a tick that has begun. */
    void stop() {
        ticks.shutdown();
    }

    /** Runs one tick. A failure ends this tick only, also if no thread can be started or memory is short. */
    void tick() {
        try {
            throttling.apply();
            synchronized (queue) {
                workers.beginNext(); // those that had no thread
            }
            keeper.look(readyTargets());
            forget();
            manager.status(StatusLine.of(daemon.status(), daemon.active()));
            heartbeat.beat();
        } catch (RuntimeException | Error e) { // it would end all ticks
            LOGGER.atError().setCause(e).log("a tick failed");
        }
    }

    private List<Target> readyTargets() {
        synchronized (queue) {
            return lifecycle.isReady() ? configuration.targets() : List.of();
        }
    }

    private void forget() {
        synchronized (queue) {
            Instant now = clock.instant();
            if (forgotAt.plus(FORGET_INTERVAL).isBefore(now)) {
                forgotAt = now;
                history.forget(now.minus(configuration.settings().retention()));
            }
        }
    }
}
