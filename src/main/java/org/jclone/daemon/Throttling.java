package org.jclone.daemon;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.explain.Failure;

/**
 * Passes the limits on to the runs when they change, and announces them.
 *
 * <p>The lock of the daemon, the {@link RunQueue}, guards what was announced. The {@link Limits} have their own.
 */
final class Throttling {

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Limits limits;
    private final EventBus events;
    private final Clock clock;

    /** Guarded by the queue. */
    private Optional<ThrottleStatus> announced = Optional.empty();

    Throttling(RunQueue queue, CurrentConfiguration configuration, EventBus events, Clock clock) {
        this.queue = queue;
        this.configuration = configuration;
        this.limits = new Limits(clock);
        this.events = events;
        this.clock = clock;
    }

    /** Returns the limits in effect for all targets. Takes the lock by itself. */
    ThrottleStatus now() {
        synchronized (queue) {
            return limits.now(configuration.schedule(), commonLimits());
        }
    }

    /** Returns the limits that all targets have; none if they differ. */
    private BandwidthLimits commonLimits() {
        List<BandwidthLimits> all =
                configuration.targets().stream().map(Target::limits).distinct().toList();
        return all.size() == 1 ? all.get(0) : BandwidthLimits.NONE;
    }

    /** Returns the limits in effect, where the target has the given ones. The caller holds the lock. */
    BandwidthLimits from(BandwidthLimits configured) {
        return limits.now(configuration.schedule(), configured).limits();
    }

    /** Changes the limits of all runs, and of those that follow. Takes the lock by itself, after the change is made. */
    ThrottleStatus set(ThrottleChange change, String by) throws DaemonException {
        if (change.until().filter(until -> !until.isAfter(clock.instant())).isPresent()) {
            throw Refusal.of(
                    DaemonException.Kind.INVALID, Failure.Daemon.VALUE, "until: a time in the future is expected");
        }
        limits.set(change, by);
        events.say(change.isReset() ? "limits released by " + by : "limits set by " + by);
        apply();
        return now();
    }

    /** Passes the limits on if they differ from those announced last. Takes the lock by itself. */
    void apply() {
        synchronized (queue) {
            ThrottleStatus now = now();
            boolean isChanged = announced
                    .filter(before -> before.limits().equals(now.limits()) && before.origin() == now.origin())
                    .isEmpty();
            if (!isChanged && queue.all().stream().allMatch(run -> run.limits().isGranted(limitsOf(run)))) {
                return;
            }
            boolean isFirst = announced.isEmpty() && now.origin() == ThrottleStatus.Origin.CONFIGURATION;
            announced = Optional.of(now);
            for (LiveRun run : queue.all()) {
                run.limits().grant(limitsOf(run));
                if (queue.isWorkedOn(run) && !isFirst) {
                    run.publish(event(run.limits().inEffect(), now.reason()));
                }
            }
            if (!isFirst) {
                events.say(text(now.limits(), now.reason()));
            }
        }
    }

    private BandwidthLimits limitsOf(LiveRun run) {
        return from(configuration.target(run.target()).map(Target::limits).orElse(BandwidthLimits.NONE));
    }

    /** Returns the event of limits that are in effect from now on. */
    static EventText event(BandwidthLimits limits, String reason) {
        return EventText.of(
                RunEvent.Kind.THROTTLE,
                text(limits, reason),
                "data_mib_per_second",
                Long.toString(limits.dataMiBPerSecond()),
                "network_mib_per_second",
                Long.toString(limits.networkMiBPerSecond()),
                "reason",
                reason);
    }

    private static String text(BandwidthLimits limits, String reason) {
        return "limits: " + rate(limits.dataMiBPerSecond()) + " of data, " + rate(limits.networkMiBPerSecond())
                + " on the wire (" + reason + ')';
    }

    private static String rate(long limit) {
        return limit == 0 ? "unlimited" : limit + " MiB/s";
    }
}
