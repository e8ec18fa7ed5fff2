package org.jclone.provision.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jclone.provision.channel.ApplierProgress.Worker;
import org.junit.jupiter.api.Test;

/** The rows are those of a 9.7 replica with four appliers, in the middle of its work. */
class ApplierProgressTest {

    private static final BinlogPosition COMMON = at(15_315_486);

    private static BinlogPosition at(long offset) {
        return new BinlogPosition("binlog.000002", offset);
    }

    private static Worker worker(long offset, BinlogPosition checkpoint, int sequence, int... applied) {
        BitSet bits = new BitSet();
        Arrays.stream(applied).forEach(bits::set);
        return new Worker(at(offset), checkpoint, sequence, bits);
    }

    private static final Worker FIRST = worker(15_329_478, COMMON, 4, 0, 4);
    private static final Worker SECOND = worker(15_320_926, COMMON, 1, 1);
    private static final Worker THIRD = worker(15_323_854, COMMON, 2, 2);
    private static final Worker FOURTH = worker(15_326_838, COMMON, 3, 3);

    private static ApplierProgress progress(Worker... workers) {
        return new ApplierProgress(COMMON, List.of(workers));
    }

    @Test
    void oneApplierIsWhereTheCommonPositionIs() {
        assertThat(progress().next(false, false)).contains(COMMON);
    }

    @Test
    void continuesAfterTheLastTransactionIfNoneIsMissingBefore() {
        assertThat(progress(FIRST, SECOND, THIRD, FOURTH).next(false, false)).contains(at(15_329_478));
    }

    @Test
    void knowsNoPositionIfOneTransactionIsMissingBetweenOthers() {
        ApplierProgress gap = progress(FIRST, SECOND, FOURTH);
        assertThat(gap.next(false, false)).isEmpty();
        assertThat(gap.next(true, false))
                .as("what was applied is skipped by its GTID")
                .contains(COMMON);
        assertThat(gap.next(false, true))
                .as("a donor that applies in order has no gap")
                .contains(at(15_329_478));
    }

    @Test
    void doesNotCompareWorkersThatCountFromDifferentCheckpoints() {
        Worker older = worker(15_323_854, at(15_000_000), 2, 2);
        assertThat(progress(FIRST, SECOND, older, FOURTH).next(false, false)).isEmpty();
    }

    @Test
    void ignoresWorkersThatAreNotAheadOrNeverWorked() {
        Worker behind = worker(15_315_486, at(15_000_000), 0, 0);
        Worker idle = new Worker(new BinlogPosition("", 0), new BinlogPosition("", 0), 0, new BitSet());
        assertThat(progress(behind, idle).next(false, false)).contains(COMMON);
    }

    @Test
    void ordersFilesByTheirNumber() {
        assertThat(new BinlogPosition("b.999999", 9)).isLessThan(new BinlogPosition("b.1000000", 4));
        assertThat(new BinlogPosition("b.000002", 9)).isGreaterThan(new BinlogPosition("b.000001", 10));
    }
}
