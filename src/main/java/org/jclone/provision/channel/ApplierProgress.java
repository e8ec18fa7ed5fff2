package org.jclone.provision.channel;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * How far the appliers of a channel by position are in a clone. A clone has no relay logs, so a server cannot find out
 * by itself where several appliers continue: its recovery looks for a relay log that does not exist.
 *
 * @param common the position up to which everything was applied
 * @param workers of a parallel applier
 */
public record ApplierProgress(BinlogPosition common, List<Worker> workers) {

    /**
     * One applier.
     *
     * @param position of the last transaction that it applied
     * @param checkpoint where {@code applied} begins
     * @param sequence of its last transaction, counted from the checkpoint, from 0
     * @param applied the transactions after the checkpoint that it applied
     */
    public record Worker(BinlogPosition position, BinlogPosition checkpoint, int sequence, BitSet applied) {

        public Worker {
            applied = (BitSet) applied.clone();
        }

        @Override
        public BitSet applied() {
            return (BitSet) applied.clone();
        }
    }

    public ApplierProgress {
        workers = List.copyOf(workers);
    }

    /**
     * Returns from where to continue so that each transaction is applied once; empty if transactions may be missing
     * between others, or if that cannot be told.
     *
     * @param byGtid whether a transaction that is received again is skipped, since each has a GTID
     * @param ordered whether the donor applies transactions in their order
     */
    public Optional<BinlogPosition> next(boolean byGtid, boolean ordered) {
        List<Worker> ahead = workers.stream()
                .filter(worker ->
                        worker.position().isKnown() && worker.position().compareTo(common) > 0)
                .toList();
        if (byGtid || ahead.isEmpty()) {
            return Optional.of(common);
        }
        return ordered || areWithoutGap(ahead)
                ? ahead.stream().map(Worker::position).max(BinlogPosition::compareTo)
                : Optional.empty();
    }

    /** Only workers that count from the same checkpoint can be compared. */
    private boolean areWithoutGap(List<Worker> ahead) {
        BitSet all = new BitSet();
        int last = 0;
        for (Worker worker : ahead) {
            if (!worker.checkpoint().equals(common)) {
                return false;
            }
            all.or(worker.applied());
            last = Math.max(last, worker.sequence());
        }
        return all.nextClearBit(0) > last;
    }
}
