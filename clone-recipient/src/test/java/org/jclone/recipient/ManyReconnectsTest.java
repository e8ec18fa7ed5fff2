package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection that keeps breaking makes progress each time, and uses no more memory. */
class ManyReconnectsTest {

    private static final int MIB = 1 << 20;
    private static final int RECONNECTS = 48;

    /** Enough for the connections of one recipient and one donor, and far less than for all broken ones. */
    private static final long ENOUGH = RECONNECTS * MIB / 2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path parent;

    @Test
    void releaseTheMemoryOfEarlierConnections() {
        MadeData data = MadeData.builder(23)
                .systemTablespace(64 << 10)
                .table("t/a", RECONNECTS * MIB)
                .build();
        long before = directMemory();
        AtomicLong inTheEnd = new AtomicLong(Long.MAX_VALUE);
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(Moment.data(SnapshotState.FILE_COPY).nth(2)).then(Action.close()),
                Fault.on(main())
                        .at(Moment.stateStart(SnapshotState.REDO_COPY))
                        .then(Action.call("measure", () -> inTheEnd.set(directMemoryAtRest(before + ENOUGH)))));
        try (CloneRig rig = CloneRig.of(parent, data, script)
                .with(request -> request.interruptions(it -> it.withReadTimeout(PATIENCE.multipliedBy(2))))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
            assertThat(rig.donor().faultsMade()).isGreaterThan(RECONNECTS);
        }
        assertThat(inTheEnd.get()).isLessThanOrEqualTo(before + ENOUGH);
    }

    /** Waits until off-heap memory is at most {@code enough}; garbage is freed some time after it is detected. */
    private static long directMemoryAtRest(long enough) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long used = directMemory();
        while (used > enough && System.nanoTime() < deadline) {
            LockSupport.parkNanos(20_000_000);
            used = directMemory();
        }
        return used;
    }

    /** Includes all tests that ran in this JVM before. */
    private static long directMemory() {
        System.gc();
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
