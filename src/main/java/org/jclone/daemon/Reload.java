package org.jclone.daemon;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.systemd.ServiceManager;

/**
 * Reads the configuration again, and puts it into effect if it has no fault.
 *
 * <p>It is read without a lock, and put into effect under the lock of the daemon, the {@link RunQueue}.
 */
final class Reload {

    private final ConfigurationSource source;
    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Throttling throttling;
    private final Workers workers;
    private final EventBus events;
    private final ServiceManager manager;
    private final Clock clock;
    private final LongSupplier nanos;

    Reload(
            ConfigurationSource source,
            RunQueue queue,
            CurrentConfiguration configuration,
            Throttling throttling,
            Workers workers,
            EventBus events,
            ServiceManager manager,
            Clock clock,
            LongSupplier nanos) {
        this.source = source;
        this.queue = queue;
        this.configuration = configuration;
        this.throttling = throttling;
        this.workers = workers;
        this.events = events;
        this.manager = manager;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Takes the lock by itself. */
    ReloadReport reload(String by) {
        manager.reloading(TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong()));
        try {
            DaemonConfiguration next = source.read();
            return apply(next, by);
        } catch (ConfigurationException e) {
            events.say("the configuration has faults, and stays as it was: "
                    + e.faults().get(0)
                    + (e.faults().size() > 1 ? ", and " + (e.faults().size() - 1) + " more" : ""));
            return new ReloadReport(false, e.faults(), List.of(), List.of());
        } finally {
            manager.ready();
        }
    }

    private ReloadReport apply(DaemonConfiguration next, String by) {
        List<String> changes = new ArrayList<>();
        List<String> postponed = new ArrayList<>();
        synchronized (queue) {
            Changes.between(configuration.now(), next, this::runOf, changes, postponed);
            configuration.replace(next, clock.instant());
            events.say("the configuration was read again, for " + by + ": "
                    + (changes.isEmpty() && postponed.isEmpty() ? "nothing has changed" : String.join("; ", changes)));
            postponed.forEach(events::say);
            throttling.apply();
            workers.beginNext();
            return new ReloadReport(true, List.of(), changes, postponed);
        }
    }

    private Optional<String> runOf(String target) {
        return queue.ofTarget(target).filter(queue::isWorkedOn).map(LiveRun::id);
    }
}
