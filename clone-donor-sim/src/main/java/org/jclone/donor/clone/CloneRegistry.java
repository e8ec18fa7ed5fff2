package org.jclone.donor.clone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.DonorEvent;
import org.jclone.donor.api.DonorListener;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.innodb.descriptor.Locator;

/**
 * The clones of one donor: those in progress, and interrupted ones that their recipients may resume. Thread-safe.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 2.2.
 */
public final class CloneRegistry {

    /** Upper bound of the time until a lost peer is noticed. */
    private static final long MAX_WAIT_MILLIS = 100;

    /** A clone without connections. {@code until} is on the clock of {@link System#nanoTime()}. */
    private record Idle(CloneOperation operation, long until) {}

    private final CloneTerms terms;
    private final CloneLimits limits;
    private final DonorListener listener;
    private final CloneIds ids;
    private final List<CloneOperation> running = new ArrayList<>();
    private final List<Idle> idle = new ArrayList<>();
    private boolean closed;
    private Optional<DdlSettings> lastDdl = Optional.empty();

    /** @param config its accounts, address and TLS are not used here */
    public CloneRegistry(DonorConfig config) {
        limits = config.limits();
        terms = new CloneTerms(
                new SnapshotPlan(config.source()), limits, new Throttle(limits.maxBytesPerSecond(), System::nanoTime));
        listener = config.listener();
        ids = new CloneIds(config.firstCloneId(), config.secretSnapshotIds());
    }

    CloneLimits limits() {
        return limits;
    }

    /** Begins a clone. If all places are taken, drops an interrupted clone or refuses. */
    synchronized CloneOperation begin(ClonePeer peer) throws DonorErrorException {
        if (closed) {
            throw new DonorErrorException(
                    CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES, "the donor is about to stop and begins no clone");
        }
        running.stream().filter(CloneOperation::hasFailed).forEach(CloneRegistry::tellEnd);
        running.removeIf(CloneOperation::hasFailed);
        if (running.size() >= limits.maxClones()) {
            throw new DonorErrorException(
                    CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES,
                    "busy with " + running.size() + " clone(s), which is the limit");
        }
        dropExpired();
        while (running.size() + idle.size() >= limits.maxClones()) {
            tellEnd(idle.remove(0).operation());
        }
        long cloneId = ids.nextClone();
        CloneTally tally = new CloneTally(listener, cloneId, peer.name());
        CloneOperation operation = new CloneOperation(cloneId, ids.nextSnapshot(), terms, tally);
        running.add(operation);
        tally.tell(DonorEvent.Kind.STARTED, "");
        return operation;
    }

    /** Returns the clone of this account that a recipient names, possibly an interrupted one. */
    synchronized CloneOperation find(Locator locator, ClonePeer peer) throws DonorErrorException {
        for (CloneOperation operation : running) {
            if (isNamed(operation, locator, peer)) {
                return operation;
            }
        }
        for (Idle each : idle) {
            if (isNamed(each.operation(), locator, peer)) {
                return each.operation();
            }
        }
        throw DonorErrorException.internal(
                "no clone " + locator.cloneId() + '/' + locator.snapshotId() + " is running here");
    }

    /** Resumes an interrupted clone. Waits for a limited time until its old connections have ended. */
    synchronized CloneOperation resume(Locator locator, ClonePeer peer) throws DonorErrorException {
        long deadline = System.nanoTime() + limits.resumePatience().toNanos();
        while (peer.isOpen()) {
            dropExpired();
            Optional<Idle> found = idle.stream()
                    .filter(each -> isNamed(each.operation(), locator, peer))
                    .findFirst();
            if (found.isPresent()) {
                idle.remove(found.get());
                CloneOperation resumed = found.get().operation().resume(locator);
                running.add(resumed);
                resumed.tally().tell(DonorEvent.Kind.RESUMED, "");
                return resumed;
            }
            if (running.stream().noneMatch(operation -> isNamed(operation, locator, peer))) {
                throw DonorErrorException.internal(
                        "no clone " + locator.cloneId() + '/' + locator.snapshotId() + " waits for its recipient");
            }
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw DonorErrorException.internal("the clone is still active: it has open connections");
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

    /** Ends the main connection of a clone. If the connection was lost, the recipient may resume. */
    synchronized void end(CloneOperation operation) {
        boolean known = running.remove(operation);
        if (known && operation.isInterrupted() && !limits.resumeWindow().isZero() && !closed) {
            idle.add(new Idle(
                    operation, System.nanoTime() + limits.resumeWindow().toNanos()));
            operation.tally().tell(DonorEvent.Kind.INTERRUPTED, reason(operation));
        } else if (known) {
            tellEnd(operation);
        }
        notifyAll();
    }

    private static void tellEnd(CloneOperation operation) {
        if (operation.tally().isComplete()) {
            operation.tally().tell(DonorEvent.Kind.COMPLETED, "");
        } else {
            operation.tally().tell(DonorEvent.Kind.FAILED, reason(operation));
        }
    }

    private static String reason(CloneOperation operation) {
        return operation.failure().map(Exception::getMessage).orElse("");
    }

    private void dropExpired() {
        long now = System.nanoTime();
        idle.stream().filter(each -> each.until() - now <= 0).forEach(each -> tellEnd(each.operation()));
        idle.removeIf(each -> each.until() - now <= 0);
    }

    /** Refuses an unencrypted connection if the data contains keys. */
    void requireSecure(ClonePeer peer) throws DonorErrorException {
        if (terms.plan().source().hasKeys() && !peer.isSecure()) {
            throw new DonorErrorException(
                    CloneError.ER_CLONE_ENCRYPTION, "the data is encrypted, and its keys are sent over TLS only");
        }
    }

    /** @throws DonorErrorException if the data has changed since the donor began to serve it */
    void requireUnchanged() throws DonorErrorException {
        terms.plan().requireUnchanged();
    }

    /** Stops accepting clones, and keeps none for its recipient. */
    public synchronized void close() {
        closed = true;
        idle.forEach(each -> tellEnd(each.operation()));
        idle.clear();
    }

    /** Waits until no clone is in progress. Returns false if one still is at the timeout. */
    public synchronized boolean awaitNone(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!running.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Forgets all clones and restarts the ids, as a restart of the server does. */
    public synchronized void restart() {
        for (CloneOperation operation : running) {
            operation.fail(CloneError.ER_QUERY_INTERRUPTED, "the donor restarts");
        }
        running.clear();
        idle.clear();
        ids.restart();
        notifyAll();
    }

    synchronized void onDdlSettings(DdlSettings ddl) {
        lastDdl = Optional.of(ddl);
    }

    /** Returns the DDL settings of the last recipient; empty if there was none yet. */
    public synchronized Optional<DdlSettings> lastDdlSettings() {
        return lastDdl;
    }

    /** Returns the number of clones in progress. */
    public synchronized int size() {
        return running.size();
    }

    /** Returns the number of clones that wait for their recipient. */
    public synchronized int waiting() {
        dropExpired();
        return idle.size();
    }

    private static boolean isNamed(CloneOperation operation, Locator locator, ClonePeer peer) {
        return operation.cloneId() == locator.cloneId()
                && operation.snapshotId() == locator.snapshotId()
                && operation.tally().isOfAccount(peer);
    }
}
