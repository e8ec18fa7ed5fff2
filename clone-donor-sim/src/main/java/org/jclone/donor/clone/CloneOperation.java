package org.jclone.donor.clone;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jclone.donor.api.CloneLimits;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * One clone: its state, its tasks, and what they wait for. Thread-safe. Every method that waits returns at once when
 * the clone fails.
 *
 * <pre>
 *   INIT ──► FILE_COPY ──► PAGE_COPY ──► REDO_COPY ──► DONE
 *     each arrow:  all tasks have sent their part, and the recipient has acknowledged the end
 * </pre>
 *
 * <p>Task 0 is the master, which changes the state. Workers attach in any state except INIT. Source:
 * docs/protocol/02-innodb-clone-stream.md sections 2.5 and 3.
 */
final class CloneOperation {

    static final int MASTER = 0;

    private final long cloneId;
    private final long snapshotId;
    private final SnapshotPlan plan;
    private final DroppedFiles droppedFiles;
    private final CloneLimits limits;
    private final Throttle throttle;
    private final CloneTally tally;
    private final MemoryBudget memory;

    private final Resumption resumption;

    private final BitSet tasks = new BitSet();
    private final BitSet through = new BitSet();
    private SnapshotState state;
    private boolean executing;
    private boolean moving;
    private boolean acknowledged;
    private ChunkQueue chunks;
    private DonorErrorException failure;

    CloneOperation(long cloneId, long snapshotId, CloneTerms terms, CloneTally tally) {
        this.cloneId = cloneId;
        this.snapshotId = snapshotId;
        this.plan = terms.plan();
        this.limits = terms.limits();
        this.throttle = terms.throttle();
        this.tally = tally;
        memory = terms.newMemory();
        droppedFiles = new DroppedFiles(plan.source().ddl());
        resumption = Resumption.NONE;
        state = SnapshotState.INIT;
        chunks = new ChunkQueue(0, Optional.empty());
        tasks.set(MASTER);
    }

    private CloneOperation(CloneOperation interrupted, Locator recipient) {
        cloneId = interrupted.cloneId;
        snapshotId = interrupted.snapshotId;
        plan = interrupted.plan;
        limits = interrupted.limits;
        throttle = interrupted.throttle;
        tally = interrupted.tally;
        memory = interrupted.memory;
        droppedFiles = interrupted.droppedFiles;
        state = interrupted.state;
        acknowledged = interrupted.acknowledged;
        executing = true;
        resumption = Resumption.of(state, acknowledged, recipient);
        chunks = new ChunkQueue(plan.plan(state).chunkCount(), resumption.done());
        tasks.set(MASTER);
    }

    /**
     * Continues the clone on new connections, and ends this object.
     *
     * @param recipient the recipient's position
     */
    synchronized CloneOperation resume(Locator recipient) {
        return new CloneOperation(this, recipient);
    }

    long cloneId() {
        return cloneId;
    }

    long snapshotId() {
        return snapshotId;
    }

    SnapshotPlan plan() {
        return plan;
    }

    DroppedFiles droppedFiles() {
        return droppedFiles;
    }

    CloneLimits limits() {
        return limits;
    }

    Throttle throttle() {
        return throttle;
    }

    CloneTally tally() {
        return tally;
    }

    MemoryBudget memory() {
        return memory;
    }

    Resumption resumption() {
        return resumption;
    }

    synchronized SnapshotState state() {
        return state;
    }

    /** Attaches a worker, once the clone is past INIT and not between two states. Returns the number of its task. */
    synchronized int attach(ClonePeer peer) throws DonorErrorException {
        awaitPatiently(peer, () -> state != SnapshotState.INIT && !moving);
        int task = tasks.nextClearBit(MASTER + 1);
        if (task >= limits.maxTasks()) {
            throw new DonorErrorException(
                    CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES,
                    "a clone has at most " + limits.maxTasks() + " tasks");
        }
        tasks.set(task);
        tally.onTasks(tasks.cardinality());
        return task;
    }

    /** Removes a task that left or whose connection was lost. */
    synchronized void leave(int task) {
        tasks.clear(task);
        through.clear(task);
        notifyAll();
    }

    /** For the master: waits until all workers have left. */
    synchronized void awaitWorkersGone(ClonePeer peer) throws DonorErrorException {
        await(peer, () -> tasks.nextSetBit(MASTER + 1) < 0, limits.patience(), false);
    }

    /** Takes the next chunk of the current state, which no other task has; empty if none is left. */
    synchronized Optional<ChunkQueue.Part> takeChunk() throws DonorErrorException {
        check();
        return chunks.take();
    }

    /** Fails if the clone has failed, with the error of another task. Call it often. */
    synchronized void check() throws DonorErrorException {
        if (failure != null) {
            throw failure.forOtherTasks();
        }
    }

    /** Waits for the given time, or until the clone fails. */
    synchronized void pause(ClonePeer peer, Duration time) throws DonorErrorException {
        await(peer, () -> false, time, true);
    }

    /** Records that the task has sent its part of the current state. */
    synchronized void finishState(int task) {
        through.set(task);
        notifyAll();
    }

    /** Records that the recipient has acknowledged the end of {@code ended}. */
    synchronized void acknowledge(SnapshotState ended) {
        if (ended == state) {
            acknowledged = true;
            notifyAll();
        }
    }

    /** Stops all tasks. The first failure wins. */
    synchronized void fail(int errorCode, String reason) {
        if (failure == null) {
            failure = new DonorErrorException(errorCode, reason);
            notifyAll();
        }
    }

    /** Records COM_EXECUTE on the main connection. From now on, a network failure only interrupts the clone. */
    synchronized void execute() {
        executing = true;
    }

    synchronized boolean hasFailed() {
        return failure != null;
    }

    synchronized Optional<DonorErrorException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Returns whether the network failed, so that the recipient may resume. */
    synchronized boolean isInterrupted() {
        return executing && failure != null && CloneError.isNetworkError(failure.errorCode());
    }

    /** Makes all waiting tasks check whether their peer is still connected. */
    synchronized void wake() {
        notifyAll();
    }

    /**
     * For the master: waits at most {@code timeout} for the end of the current state. After the end, the clone is
     * between two states until {@link #move}.
     */
    synchronized boolean awaitStateOver(ClonePeer peer, Duration timeout) throws DonorErrorException {
        boolean over = await(peer, () -> acknowledged && isEveryoneThrough(), timeout, true);
        moving = over;
        return over;
    }

    private boolean isEveryoneThrough() {
        BitSet missing = (BitSet) tasks.clone();
        missing.andNot(through);
        return missing.isEmpty();
    }

    /** For the master: begins the next state. */
    synchronized SnapshotState move() {
        state = SnapshotState.values()[state.ordinal() + 1];
        through.clear();
        acknowledged = false;
        chunks = new ChunkQueue(plan.plan(state).chunkCount(), Optional.empty());
        moving = false;
        notifyAll();
        return state;
    }

    /** For a worker: waits at most {@code timeout} until the clone has left {@code old}. */
    synchronized boolean awaitStateAfter(SnapshotState old, ClonePeer peer, Duration timeout)
            throws DonorErrorException {
        return await(peer, () -> state != old, timeout, true);
    }

    private void awaitPatiently(ClonePeer peer, BooleanSupplier condition) throws DonorErrorException {
        if (!await(peer, condition, limits.patience(), true)) {
            throw DonorErrorException.internal("no progress within " + limits.patience());
        }
    }

    private boolean await(ClonePeer peer, BooleanSupplier condition, Duration timeout, boolean failing)
            throws DonorErrorException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            if (!peer.isOpen()) {
                throw DonorErrorException.connectionLost();
            }
            if (failing) {
                check();
            }
            if (condition.getAsBoolean()) {
                return true;
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DonorErrorException(CloneError.ER_QUERY_INTERRUPTED, "interrupted", e);
            }
        }
    }
}
