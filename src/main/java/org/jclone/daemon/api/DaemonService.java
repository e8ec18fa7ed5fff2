package org.jclone.daemon.api;

import java.util.List;
import java.util.Optional;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.CloneException;

/**
 * Everything that a caller can ask of the daemon. All methods may be called from any thread. None returns a secret.
 *
 * <p>{@link #plan} and {@link #donors} ask servers and may take a minute; the others take milliseconds. A caller is
 * named by {@code by} in events and in the history, such as {@code uid 1000} or {@code token ci}; the daemon does not
 * check its permissions.
 */
public interface DaemonService {

    DaemonStatus status();

    /** Returns the configured targets, in the order of the configuration. */
    List<TargetStatus> targets();

    /** @throws DaemonException if there is no such target */
    TargetStatus target(String name) throws DaemonException;

    /**
     * Returns what a run would do, and changes nothing.
     *
     * @throws DaemonException if there is no such target, or a run works on it
     */
    ProvisionPlan plan(String target) throws CloneException;

    /** Asks the donors of a target, and rates them. */
    DonorTable donors(String target) throws CloneException;

    /**
     * Puts a run into the queue. It is on disk when this returns, and begins as soon as a place is free. An order with
     * the key of an earlier one returns that run.
     *
     * @throws DaemonException if the target is unknown or has a run, the key belongs to another order, or the daemon
     * stops
     */
    StartedRun start(RunOrder order) throws DaemonException;

    /**
     * Puts a new run with the order of an ended one into the queue. It continues what that run left.
     *
     * @param key as that of {@link RunOrder}
     */
    StartedRun retry(String run, Optional<String> key, String by) throws DaemonException;

    /**
     * Stops a run. Returns at once; the run ends within seconds, after a rollback within minutes.
     *
     * @throws DaemonException if there is no such run, it has ended, or it is too late for {@link CancelMode#FOR_GOOD}
     */
    RunStatus cancel(String run, CancelMode mode, String by) throws DaemonException;

    /** Returns the runs that have not ended: those that run, then the queue in its order. */
    List<RunStatus> active();

    /** Returns runs from the history and those that have not ended, the latest first. */
    RunPage runs(RunQuery query) throws DaemonException;

    /** @throws DaemonException if there is no such run */
    RunDetail run(String id) throws DaemonException;

    /**
     * Returns events of a run in their order.
     *
     * @param after only events with a greater number; 0 for all
     * @param limit the largest number of events, from 1 to 10000
     */
    List<RunEvent> events(String run, long after, int limit) throws DaemonException;

    /**
     * Delivers events: first those after the given one, then each new one. No event is lost in between, and none is
     * delivered twice.
     *
     * @param run empty for the events of all runs and of the daemon
     * @param after as for {@link #events}; empty for new events only
     */
    Subscription subscribe(Optional<String> run, Optional<Long> after, RunSubscriber subscriber) throws DaemonException;

    ThrottleStatus throttle();

    /** Changes the limits of all runs at once, and of those that follow. */
    ThrottleStatus setThrottle(ThrottleChange change, String by) throws DaemonException;

    /** Reads the configuration again. A configuration with a fault changes nothing. */
    ReloadReport reload(String by);
}
