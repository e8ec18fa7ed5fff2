package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.donor.fault.Connections.main;
import static org.jclone.donor.fault.Connections.number;
import static org.jclone.donor.fault.Moment.data;
import static org.jclone.donor.fault.Moment.dataDescriptor;
import static org.jclone.donor.fault.Moment.file;
import static org.jclone.donor.fault.Moment.response;
import static org.jclone.donor.fault.Moment.stateEnd;
import static org.jclone.donor.fault.Moment.stateStart;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.DONE;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.INIT;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.PAGE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.REDO_COPY;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.donor.fault.Action;
import org.jclone.donor.fault.Connections;
import org.jclone.donor.fault.Fault;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fault.Moment;
import org.jclone.donor.fault.Rewrite;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that violate the protocol in form or order end the clone with one error code. */
class HostileStreamTest {

    private static final MadeData DATA = MadeData.builder(13)
            .systemTablespace(64 << 10)
            .table("t/a", 1 << 20)
            .modify("t/a", 0, 1, 2)
            .build();

    /** Random faults; RandomFaultTest and EngineFuzzTest make others. */
    private static final int SEEDS = Boolean.getBoolean("jclone.test.full") ? 60 : 20;

    @TempDir
    Path parent;

    static Stream<Fault> framing() {
        return Stream.of(
                fault(response(CloneResponseCode.LOCS), Rewrite.sequenceId(1)),
                fault(stateStart(FILE_COPY), Rewrite.sequenceId(1)),
                fault(data(FILE_COPY), Rewrite.sequenceId(255)),
                fault(stateStart(FILE_COPY), Rewrite.payloadLength(0)),
                fault(stateStart(FILE_COPY), Rewrite.payloadLength(48)),
                fault(stateStart(FILE_COPY), Rewrite.payloadLength(50)),
                fault(stateStart(FILE_COPY), Rewrite.payloadLength(0xfffffe)),
                fault(data(FILE_COPY), Rewrite.payloadLength(1000)),
                fault(data(FILE_COPY), Rewrite.payloadLength(2 << 20)),
                fault(data(FILE_COPY), Rewrite.payloadLength(0xffffff)),
                fault(stateStart(FILE_COPY), Rewrite.responseCode(0)),
                fault(stateStart(FILE_COPY), Rewrite.responseCode(42)),
                fault(data(FILE_COPY), Rewrite.responseCode(CloneResponseCode.DATA_DESC.wireCode())),
                fault(number(2), response(CloneResponseCode.COMPLETE), Rewrite.sequenceId(1)),
                fault(number(2), response(CloneResponseCode.COMPLETE), Rewrite.responseCode(3)),
                fault(number(2), response(CloneResponseCode.COMPLETE), Rewrite.responseCode(77)));
    }

    static Stream<Fault> descriptors() {
        return Stream.of(
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(8, 9)),
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(8, 5)),
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(4, 45)),
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(4, 47)),
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(4, -1)),
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(12, 6)),
                fault(stateStart(FILE_COPY), Rewrite.descriptorField(36, -1)),
                fault(file(FILE_COPY), Rewrite.descriptorField(4, 10)),
                fault(file(FILE_COPY), Rewrite.descriptorField(58, 3)),
                fault(file(FILE_COPY), Rewrite.descriptorField(58, Integer.MAX_VALUE)),
                fault(file(FILE_COPY), Rewrite.descriptorField(46, 1)),
                fault(file(FILE_COPY), Rewrite.descriptorField(12, REDO_COPY.wireCode())),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(4, 51)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(12, REDO_COPY.wireCode())),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(12, INIT.wireCode())),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(28, 2)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(28, -1)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(32, 0)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(32, 16384)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(32, -1)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(36, 1 << 30)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(36, -1)),
                fault(dataDescriptor(FILE_COPY), Rewrite.descriptorField(40, 1 << 16)),
                fault(dataDescriptor(REDO_COPY), Rewrite.descriptorField(40, 8 << 20)),
                fault(dataDescriptor(PAGE_COPY), Rewrite.descriptorField(44, 1 << 30)),
                fault(dataDescriptor(PAGE_COPY), Rewrite.descriptorField(12, FILE_COPY.wireCode())),
                fault(dataDescriptor(PAGE_COPY), Rewrite.descriptorField(28, 2)),
                fault(dataDescriptor(PAGE_COPY), Rewrite.descriptorField(36, 1 << 30)),
                fault(dataDescriptor(REDO_COPY), Rewrite.descriptorField(28, 1)));
    }

    static Stream<Fault> order() {
        DataDescriptorResponse locator = DataDescriptorResponse.innodb(Locator.forVersion());
        return Stream.of(
                fault(dataDescriptor(FILE_COPY), Action.drop()),
                fault(data(FILE_COPY), Action.drop()),
                fault(data(FILE_COPY), Action.repeat()),
                fault(dataDescriptor(FILE_COPY), Action.repeat()),
                fault(stateStart(FILE_COPY), Action.drop()),
                fault(stateStart(FILE_COPY), Action.repeat()),
                fault(stateEnd(INIT), Rewrite.descriptorField(12, FILE_COPY.wireCode())),
                fault(stateStart(PAGE_COPY), Rewrite.descriptorField(12, DONE.wireCode())),
                fault(stateStart(FILE_COPY), Action.precede(CompleteResponse.INSTANCE, 1)),
                fault(data(FILE_COPY).nth(2), Action.repeat()),
                fault(stateEnd(FILE_COPY), Action.precede(CompleteResponse.INSTANCE, 1)),
                fault(stateStart(DONE), Action.precede(CompleteResponse.INSTANCE, 1)),
                fault(stateStart(DONE), Action.drop()),
                fault(stateStart(FILE_COPY), Action.precede(new CollationResponse("binary"), 1)),
                fault(stateStart(FILE_COPY), Action.precede(locator, 1)),
                fault(number(2), response(CloneResponseCode.COMPLETE), Action.repeat()));
    }

    @ParameterizedTest
    @MethodSource({"framing", "descriptors", "order"})
    void isRefused(Fault fault) {
        try (CloneRig rig = CloneRig.of(parent, DATA, FaultScript.of(fault))) {
            CloneException failure = rig.fail(CloneErrorCode.PROTOCOL);
            assertThat(rig.donor().faultsMade()).isPositive();
            assertThat(failure.getMessage()).doesNotContain("a bug in jclone");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 40, Long.MAX_VALUE / 2})
    void acceptsAWrongEstimate(long estimate) {
        Fault lie = fault(
                stateStart(FILE_COPY),
                Rewrite.state(
                        "estimate",
                        start -> new StateDescriptor(
                                start.version(),
                                start.state(),
                                start.taskIndex(),
                                start.chunkCount(),
                                start.fileCount(),
                                estimate,
                                estimate,
                                start.flags())));
        try (CloneRig rig = CloneRig.of(parent, DATA, FaultScript.of(lie))) {
            if (estimate == 1) {
                rig.run();
                FinalState.assertIdentical(DATA, rig.target());
            } else {
                CloneException failure = rig.fail(CloneErrorCode.DISK_FULL);
                assertThat(failure.hint()).contains("Nothing was copied.").doesNotContain("--resume");
                assertThat(rig.warnings()).isEmpty();
                assertThat(rig.target()).doesNotExist();
                rig.awaitClones(0);
            }
        }
    }

    static List<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(SEEDS).toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void neverFailsWithAnInternalError(long seed) {
        FaultScript script = FaultScript.random(seed);
        try (CloneRig rig = CloneRig.of(parent, DATA, script)
                .with(request -> request.transfer(it -> it.withMaxConcurrency(3).withAutotuneConcurrency(false))
                        .interruptions(it -> it.withReadTimeout(Duration.ofMillis(300)))
                        .login(it -> it.withConnectTimeout(Duration.ofMillis(300))))) {
            rig.outcome()
                    .ifPresent(failure -> assertThat(failure.code())
                            .as("%s, seed %d: %s", script, seed, failure)
                            .isNotEqualTo(CloneErrorCode.INTERNAL));
        }
    }

    private static Fault fault(Moment moment, Action action) {
        return fault(main(), moment, action);
    }

    private static Fault fault(Connections connections, Moment moment, Action action) {
        return Fault.on(connections).at(moment).then(action);
    }
}
