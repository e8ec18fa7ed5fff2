package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;
import static org.jclone.donor.fault.Moment.data;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.ResumeMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The progress of a resumed clone counts the whole clone. */
class ResumedProgressTest {

    @TempDir
    private Path parent;

    @ParameterizedTest
    @EnumSource(names = {"FILE_COPY", "PAGE_COPY"})
    void countsWhatEarlierRunsCopied(SnapshotState where) {
        MadeDataBuilder tables = MadeData.builder(5).systemTablespace(1 << 20);
        for (int i = 0; i < 12; i++) {
            tables.table("t/t" + i, 1 << 20).modify("t/t" + i, 1, 2, 3);
        }
        MadeData data = tables.build();
        AtomicReference<CloneRig> first = new AtomicReference<>();
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(data(where).nth(9)).then(Action.call("suspend", () -> suspendOnce(first))));
        try (CloneRig rig = CloneRig.of(parent, data, script)) {
            first.set(rig);
            rig.fail(CloneErrorCode.ABORTED);
            CloneResult result = rig.again(ResumeMode.REQUIRED).run();

            FinalState.assertIdentical(data, rig.target());
            assertThat(result.earlierBytes()).isPositive().isLessThan(result.dataBytes());
            long copied = result.stages().get(CloneStage.FILE_COPY.ordinal()).dataBytes();
            assertThat(copied).isBetween(13L << 20, 15L << 20);
            assertThat(rig.events())
                    .filteredOn(CloneEvent.StageStarted.class::isInstance)
                    .first()
                    .satisfies(event -> assertThat(
                                    ((CloneEvent.StageStarted) event).stage().estimatedBytes())
                            .isPositive());
        }
    }

    private static void suspendOnce(AtomicReference<CloneRig> first) {
        CloneRig rig = first.getAndSet(null);
        if (rig != null) {
            rig.suspend();
        }
    }
}
