package org.jclone.donor.clone;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.innodb.descriptor.Locator;

/**
 * The clones that one donor serves at present, and those whose recipient may come back. Thread-safe.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 2.2.
 */
public final class CloneRegistry {

    /** How long it may take until a peer that is gone is noticed. */
    private static final long MAX_WAIT_MILLIS = 100;

    /** A clone without connections. {@code until} is on the clock of {@link System#nanoTime()}. */
    private record Idle(CloneOperation operation, long until) {

        boolean is(Locator locator) {
            return isNamed(operation, locator);
        }
    }

    private final SnapshotPlan plan;
    private final CloneLimits limits;
    private final List<CloneOperation> running = new ArrayList<>();
    private final List<Idle> idle = new ArrayList<>();
    private long lastId;
    private Optional<DdlSettings> lastDdl = Optional.empty();

    public CloneRegistry(DataSource source, CloneLimits limits) {
        plan = new SnapshotPlan(source);
        this.limits = limits;
    }

    CloneLimits limits() {
        return limits;
    }

    /** Begins a clone; both ids come from one counter, as in a MySQL server. Nobody waits for a recipient in vain. */
    synchronized CloneOperation begin() throws DonorErrorException {
        running.removeIf(CloneOperation::hasFailed);
        if (running.size() >= limits.maxClones()) {
            throw new DonorErrorException(
                    CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES,
                    "busy with " + running.size() + " clone(s), which is the limit");
        }
        dropExpired();
        while (running.size() + idle.size() >= limits.maxClones()) {
            idle.remove(0);
        }
        CloneOperation operation = new CloneOperation(++lastId, ++lastId, plan, limits);
        running.add(operation);
        return operation;
    }

    /** The clone that a recipient names; it may be one that waits for its recipient. */
    synchronized CloneOperation find(Locator locator) throws DonorErrorException {
        for (CloneOperation operation : running) {
            if (isNamed(operation, locator)) {
                return operation;
            }
        }
        for (Idle each : idle) {
            if (each.is(locator)) {
                return each.operation();
            }
        }
        throw DonorErrorException.internal(
                "no clone " + locator.cloneId() + '/' + locator.snapshotId() + " is running here");
    }

    /** The clone that was interrupted and goes on; waits a while until its old connections are gone. */
    synchronized CloneOperation resume(Locator locator, ClonePeer peer) throws DonorErrorException {
        long deadline = System.nanoTime() + limits.resumePatience().toNanos();
        while (peer.isOpen()) {
            dropExpired();
            Optional<Idle> found =
                    idle.stream().filter(each -> each.is(locator)).findFirst();
            if (found.isPresent()) {
                idle.remove(found.get());
                CloneOperation resumed = found.get().operation().resume(locator);
                running.add(resumed);
                return resumed;
            }
            if (running.stream().noneMatch(operation -> isNamed(operation, locator))) {
                throw DonorErrorException.internal(
                        "no clone " + locator.cloneId() + '/' + locator.snapshotId() + " waits for its recipient");
            }
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw DonorErrorException.internal("the clone still has connections");
            }
            try {
                wait(Math.min(leftMillis, MAX_WAIT_MILLIS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DonorErrorException(CloneError.ER_QUERY_INTERRUPTED, "interrupted", e);
            }
        }
        throw DonorErrorException.connectionLost();
    }

    /** The main connection of a clone is gone; if it was lost the recipient may come back. */
    synchronized void end(CloneOperation operation) {
        boolean known = running.remove(operation);
        if (known && operation.isInterrupted()) {
            idle.add(new Idle(
                    operation, System.nanoTime() + limits.resumeWindow().toNanos()));
        }
        notifyAll();
    }

    private void dropExpired() {
        long now = System.nanoTime();
        idle.removeIf(each -> each.until() - now <= 0);
    }

    /** Forgets all clones, and begins to count anew: what a restart of the server does. */
    public synchronized void restart() {
        for (CloneOperation operation : running) {
            operation.fail(CloneError.ER_QUERY_INTERRUPTED, "the donor restarts");
        }
        running.clear();
        idle.clear();
        lastId = 0;
        notifyAll();
    }

    synchronized void onDdlSettings(DdlSettings ddl) {
        lastDdl = Optional.of(ddl);
    }

    /** What the last recipient wants with regard to DDL; empty if there was none yet. */
    public synchronized Optional<DdlSettings> lastDdlSettings() {
        return lastDdl;
    }

    /** How many clones are under way. */
    public synchronized int size() {
        return running.size();
    }

    /** How many clones wait for their recipient. */
    public synchronized int waiting() {
        dropExpired();
        return idle.size();
    }

    private static boolean isNamed(CloneOperation operation, Locator locator) {
        return operation.cloneId() == locator.cloneId() && operation.snapshotId() == locator.snapshotId();
    }
}
