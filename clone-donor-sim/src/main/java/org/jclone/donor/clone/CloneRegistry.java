package org.jclone.donor.clone;

import java.util.ArrayList;
import java.util.List;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.innodb.descriptor.Locator;

/** The clones that one donor serves at present. Thread-safe. */
public final class CloneRegistry {

    private final SnapshotPlan plan;
    private final CloneLimits limits;
    private final List<CloneOperation> running = new ArrayList<>();
    private long lastId;

    public CloneRegistry(DataSource source, CloneLimits limits) {
        plan = new SnapshotPlan(source);
        this.limits = limits;
    }

    /** Begins a clone; both ids come from one counter, as in a MySQL server. */
    synchronized CloneOperation begin() throws DonorErrorException {
        running.removeIf(CloneOperation::hasFailed);
        if (running.size() >= limits.maxClones()) {
            throw new DonorErrorException(
                    CloneError.ER_CLONE_TOO_MANY_CONCURRENT_CLONES,
                    "busy with " + running.size() + " clone(s), which is the limit");
        }
        CloneOperation operation = new CloneOperation(++lastId, ++lastId, plan, limits);
        running.add(operation);
        return operation;
    }

    /** The clone that a recipient names. */
    synchronized CloneOperation find(Locator locator) throws DonorErrorException {
        for (CloneOperation operation : running) {
            if (operation.cloneId() == locator.cloneId() && operation.snapshotId() == locator.snapshotId()) {
                return operation;
            }
        }
        throw DonorErrorException.internal(
                "no clone " + locator.cloneId() + '/' + locator.snapshotId() + " is running here");
    }

    /** A clone is over, one way or the other. */
    synchronized void end(CloneOperation operation) {
        running.remove(operation);
    }

    /** How many clones are under way. */
    public synchronized int size() {
        return running.size();
    }
}
