package org.jclone.daemon;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jclone.daemon.systemd.ServiceManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each run a thread of its own, as many at a time as the configuration allows, and ends
 * the run that its thread has left.
 *
 * <p>A run enters and leaves the queue's places under the lock of the daemon, the {@link RunQueue}. A thread holds no
 * lock while it works, nor while it deletes the file of its run.
 */
final class Workers {

    private static final Logger LOGGER = LoggerFactory.getLogger(Workers.class);

    /** Announced to the service manager again and again while runs stop. */
    private static final Duration STOP_EXTENSION = Duration.ofSeconds(30);

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Lifecycle lifecycle;
    private final Throttling throttling;
    private final RunSaver saver;
    private final Keeper keeper;
    private final ServiceManager manager;
    private final Heartbeat heartbeat;
    private final Clock clock;
    private final LongSupplier nanoTime;

    Workers(
            RunQueue queue,
            CurrentConfiguration configuration,
            Lifecycle lifecycle,
            Throttling throttling,
            RunSaver saver,
            Keeper keeper,
            ServiceManager manager,
            Heartbeat heartbeat,
            Clock clock,
            LongSupplier nanoTime) {
        this.queue = queue;
        this.configuration = configuration;
        this.lifecycle = lifecycle;
        this.throttling = throttling;
        this.saver = saver;
        this.keeper = keeper;
        this.manager = manager;
        this.heartbeat = heartbeat;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Begins runs while there are places, and memory for their threads. The caller holds the lock. */
    void beginNext() {
        while (lifecycle.isReady() && queue.places() < configuration.settings().maxParallelRuns()) {
            Optional<LiveRun> next = queue.waiting().stream()
                    .filter(run -> !run.state().isOver()) // a cancelled one leaves when its file is gone
                    .filter(run -> configuration
                            .target(run.target())
                            .filter(target ->
                                    queue.heldSince(target.directory()).isEmpty())
                            .isPresent())
                    .findFirst();
            if (next.isEmpty()) {
                return;
            }
            try {
                begin(next.get(), configuration.target(next.get().target()).orElseThrow());
            } catch (Error e) {
                LOGGER.atError()
                        .setCause(e)
                        .addKeyValue("run", next.get().id())
                        .log("cannot begin a run; the next tick tries again");
                return;
            }
        }
    }

    private void begin(LiveRun run, Target target) {
        Thread thread = new Thread(() -> work(run, target), "run-" + run.id());
        thread.start(); // before the run changes: if there is no memory for a thread, it waits as it did
        run.store(run.stored().begunBy(clock.instant()));
        run.limits().grant(throttling.from(target.limits()));
        run.begin();
        run.signs().setThread(thread);
        queue.enter(run);
    }

    private void work(LiveRun run, Target target) {
        synchronized (queue) { // held by the thread that begins the run, until it has begun
            if (!queue.isWorkedOn(run)) {
                return;
            }
        }
        try {
            saver.changed(run); // if this process dies, the file must show that it had begun
            new Worker(run, target, nanoTime).work();
        } finally {
            if (run.state().isOver()) {
                saver.remove(run);
            }
            synchronized (queue) {
                queue.leave(run);
                if (run.state().isOver()) {
                    queue.remove(run);
                    keeper.ended(run.status(OptionalInt.empty()));
                }
                queue.notifyAll();
                beginNext();
            }
            // The copy's buffers are outside the heap, and only a collection frees them. That of so small a heap takes
            // hundredths of a second.
            System.gc();
        }
    }

    /**
     * Waits until no thread works on a run, or only threads that hang. Takes the lock by itself; waiting releases it.
     */
    void awaitEnd() {
        synchronized (queue) {
            while (queue.places() > 0 && !heartbeat.isStopInVain()) {
                manager.extend(STOP_EXTENSION);
                manager.alive();
                manager.status("stopping " + queue.places() + " runs, which continue at the next start");
                try {
                    queue.wait(TimeUnit.SECONDS.toMillis(5));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
