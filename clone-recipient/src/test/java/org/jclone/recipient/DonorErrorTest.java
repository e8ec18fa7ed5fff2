package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;
import static org.jclone.donor.fault.Connections.number;
import static org.jclone.donor.fault.Connections.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The user sees the donor's message, and a clone that fails here leaves no snapshot at the donor. */
class DonorErrorTest {

    private static final MadeData DATA = MadeData.builder(31)
            .systemTablespace(64 << 10)
            .table("t/a", 4 << 20)
            .table("t/b", 1 << 20)
            .modify("t/a", 1, 2)
            .build();

    @TempDir
    Path parent;

    static Stream<Arguments> errors() {
        Moment beforeLocators = Moment.response(CloneResponseCode.PLUGIN_V2);
        Moment data = Moment.data(SnapshotState.FILE_COPY);
        return Stream.of(
                Arguments.of(main(), beforeLocators, 3634, CloneErrorCode.DONOR_BUSY),
                Arguments.of(main(), beforeLocators, 1205, CloneErrorCode.DONOR_BUSY),
                Arguments.of(main(), beforeLocators, 3983, CloneErrorCode.DONOR_ERROR),
                Arguments.of(main(), Moment.file(SnapshotState.FILE_COPY), 3872, CloneErrorCode.ENCRYPTION_NEEDS_TLS),
                Arguments.of(main(), data, 1317, CloneErrorCode.DONOR_ERROR),
                Arguments.of(main(), data, 3633, CloneErrorCode.DONOR_BUSY),
                Arguments.of(main(), Moment.stateStart(SnapshotState.PAGE_COPY), 1815, CloneErrorCode.DONOR_ERROR),
                Arguments.of(main(), Moment.stateStart(SnapshotState.DONE), 1815, CloneErrorCode.DONOR_ERROR),
                Arguments.of(worker(), Moment.stateEnd(SnapshotState.FILE_COPY), 1024, CloneErrorCode.DONOR_ERROR),
                Arguments.of(number(2), Moment.response(CloneResponseCode.COMPLETE), 1815, CloneErrorCode.DONOR_ERROR));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void reportsTheDonorsError(Connections connections, Moment moment, int number, CloneErrorCode code) {
        FaultScript script =
                FaultScript.of(Fault.on(connections).at(moment).then(Action.refuse(number, "the donor's own words")));
        try (CloneRig rig = CloneRig.of(parent, DATA, script)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(3).withAutotuneConcurrency(false)))) {
            CloneException failure = rig.fail(code);
            assertThat(failure).isInstanceOf(DonorErrorException.class);
            assertThat(((DonorErrorException) failure).donorError()).isEqualTo(number);
            assertThat(failure.getMessage()).contains("the donor's own words");
            assertSnapshotIsReleased(rig);
        }
    }

    @Test
    void clonesWithoutARefusedWorker() {
        FaultScript script = FaultScript.of(Fault.on(worker())
                .at(Moment.response(CloneResponseCode.LOCS))
                .then(Action.refuse(3634, "no more tasks")));
        try (CloneRig rig = CloneRig.of(parent, DATA, script)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(4).withAutotuneConcurrency(false)))) {
            rig.run();
            FinalState.assertIdentical(DATA, rig.target());
        }
    }

    @Test
    void aSecondCloneIsRefused() throws Exception {
        FaultScript script = FaultScript.of(
                Fault.on(number(1)).at(Moment.data(SnapshotState.FILE_COPY)).then(Action.stall(Duration.ofSeconds(2))));
        try (CloneRig first = CloneRig.of(parent, DATA, script)) {
            Thread thread = new Thread(first::run);
            thread.start();
            first.awaitClones(1);
            Path second = Files.createDirectory(parent.resolve("outside"));
            CloneException failure = first.failInto(second.resolve("target"));
            assertThat(failure.code()).isEqualTo(CloneErrorCode.DONOR_BUSY);
            thread.join();
            FinalState.assertIdentical(DATA, first.target());
        }
    }

    @Test
    void abortReleasesTheSnapshotAtOnce() throws Exception {
        FaultScript script = FaultScript.of(
                Fault.on(main()).at(Moment.data(SnapshotState.FILE_COPY)).then(Action.fallSilent()));
        try (CloneRig rig = CloneRig.of(parent, DATA, script)) {
            Thread thread = new Thread(() -> {
                rig.awaitClones(1);
                rig.abort();
            });
            thread.start();
            rig.fail(CloneErrorCode.ABORTED);
            thread.join();
            assertSnapshotIsReleased(rig);
        }
    }

    private static void assertSnapshotIsReleased(CloneRig rig) {
        rig.awaitClones(0);
        assertThat(rig.donor().clones()).isZero();
    }
}
