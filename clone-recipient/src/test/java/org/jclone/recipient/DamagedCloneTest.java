package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;

import java.nio.file.Path;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.VerifyMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage in a complete copy is found again each time, so only a new clone helps. */
class DamagedCloneTest {

    private static final MadeData DATA = MadeData.builder(17)
            .systemTablespace(64 << 10)
            .table("t/a", 5 << 20)
            .build();

    @TempDir
    Path parent;

    @BeforeEach
    void damage() {
        FaultScript flip = FaultScript.of(
                Fault.on(main()).at(Moment.data(SnapshotState.FILE_COPY).nth(3)).then(Rewrite.flipDataBit(7)));
        try (CloneRig rig = CloneRig.of(parent, DATA, flip)) {
            rig.fail(CloneErrorCode.DAMAGED);
            assertThat(rig.warnings()).isEmpty();
            assertThat(rig.events()).as("the check belongs to FILE SYNC").noneMatch(DamagedCloneTest::endsFileSync);
        }
    }

    private static boolean endsFileSync(CloneEvent event) {
        return event instanceof CloneEvent.StageCompleted completed
                && completed.stage().stage() == CloneStage.FILE_SYNC;
    }

    @Test
    void isRestartedAutomatically() {
        try (CloneRig rig = CloneRig.of(parent, DATA)
                .with(request -> request.interruptions(it -> it.withResume(ResumeMode.AUTO)))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
            assertThat(rig.events()).anyMatch(DamagedCloneTest::endsFileSync);
        }
    }

    @Test
    void isNotResumed() {
        try (CloneRig rig = CloneRig.of(parent, DATA)
                .with(request -> request.interruptions(it -> it.withResume(ResumeMode.REQUIRED)))) {
            CloneException refused = rig.fail(CloneErrorCode.SNAPSHOT_GONE);
            assertThat(refused).hasMessageContaining("damaged");
            assertThat(refused.hint()).contains("--resume=auto", "--verify=warn");
        }
    }

    @Test
    void isFinishedIfDamageIsTolerated() {
        try (CloneRig rig = CloneRig.of(parent, DATA)
                .with(request -> request.interruptions(it -> it.withResume(ResumeMode.REQUIRED))
                        .target(it -> it.withVerify(VerifyMode.WARN)))) {
            rig.run();
            assertThat(rig.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning.text()).startsWith("the clone is damaged: "));
        }
    }
}
